"""`python -m standpoint` is the command `standpoint`."""

from standpoint.cli import main

if __name__ == "__main__":
    main()
