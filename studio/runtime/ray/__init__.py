"""Engines on a Ray cluster: each replica an actor, which keeps the engine's process on its node.

An actor looks after a process of the very kind that runs on one machine (`studio.runtime.process`)
and passes its messages on. So an engine that crashes costs its process and not the actor, keeps the
interpreter of its own environment, and never meets Ray. The studio's side is the same, too: time
limits, checks of the audio and the meaning of answers do not know where an engine runs.
"""
