"""``python -m smoothdistill_core.cli``: the command line without its script."""

from smoothdistill_core.cli.main import main

if __name__ == "__main__":
    main(prog_name="smoothdistill")
