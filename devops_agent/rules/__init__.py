"""The user's own rules about commands: what may run unasked, and what is asked, typed or forbidden."""
