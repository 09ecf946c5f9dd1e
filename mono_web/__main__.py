"""`python -m mono_web` is `mono-web`."""

from mono_web.cli import main

if __name__ == "__main__":
    main()
