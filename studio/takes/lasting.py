"""Which failures a retry will not mend: only for those does a fallback stand in."""

from studio.problems import Problem

PASSING = frozenset(
    {
        # the engine's process, this machine
        "engine_crashed",
        "engine_hung",
        "engine_failed",
        "engine_garbage",
        # the database, the store of sounds
        "blobs_unreachable",
        "database_locked",
        "database_full",
        "database_read_only",
        "database_unreachable",
        "database_gave_up",
        # its machine, on a cluster
        "worker_lost",
        "ray_no_room",
        "ray_unreachable",
        "take_failed",
        "disk_full",
        "blobs_full",
        "blobs_not_written",
        "hub_unreachable",
        "weights_unreachable",
        "workbench_crashed",
        "workbench_timeout",
        "workbench_failed",
        # jobs on machines elsewhere
        "jobs_unreachable",
        "remote_job_failed",
        "job_preempted",
        "job_lost",
        "job_without_result",
        # what the person took away: no other engine has it either
        "unknown_voice",
        "clip_missing",
        # any service
        "enrolment_lost",
        "service_unreachable",
        "service_silent",
        "service_cut_off",
        "service_garbled",
        "service_not_audio",
        "service_busy",
        "service_busy_until",
        "service_overloaded",
        "service_failed",
        # services with words of their own
        "elevenlabs_concurrent",
        "minimax_unknown",
        "minimax_timeout",
        "minimax_rate",
        "minimax_internal",
        "minimax_system",
        "minimax_tokens",
        "minimax_connections",
        "minimax_voice_taken",
        "minimax_growth",
        "minimax_other",
    }
)
"""Codes of what may be gone the next time: a crash, a line that dropped, a rate limit."""


def lasting(problem: Exception) -> bool:
    """Whether the same request would fail again: something is missing, refused or not paid."""
    return isinstance(problem, Problem) and problem.code not in PASSING


def stale_enrolment(problem: Exception) -> bool:
    """Whether a service has forgotten a cloned voice, which is to be cloned anew."""
    return isinstance(problem, Problem) and (
        problem.code == "enrolment_lost" or problem.code.endswith("_voice_expired")
    )
