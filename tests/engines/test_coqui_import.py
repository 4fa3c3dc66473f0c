"""Importing coqui-tts beside a torch for which it wants torchcodec, in a fresh process."""

import subprocess
import sys
import textwrap


def run(script):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_it_imports_without_torchcodec_and_leaves_no_stand_in_behind():
    run(
        """
        import importlib.util, sys
        without = importlib.util.find_spec("torchcodec") is None
        from studio.engines.coqui_import import import_coqui
        remarks = import_coqui()
        import TTS
        assert import_coqui() == remarks
        if without:
            assert "torchcodec" not in sys.modules
            assert importlib.util.find_spec("torchcodec") is None
            import transformers.utils
            assert not transformers.utils.is_torchcodec_available()
        """
    )


def test_a_torchcodec_that_is_there_is_left_alone():
    run(
        """
        import sys, types
        from importlib.machinery import ModuleSpec
        codec = types.ModuleType("torchcodec")
        codec.__spec__ = ModuleSpec("torchcodec", None)
        import transformers.audio_utils
        sys.modules["torchcodec"] = codec
        from studio.engines.coqui_import import import_coqui
        import_coqui()
        assert sys.modules["torchcodec"] is codec
        """
    )
