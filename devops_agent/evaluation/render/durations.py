"""How long ago, in the words of each tool."""

MINUTE, HOUR, DAY = 60, 3600, 86400


def kubectl_age(seconds: int) -> str:
    """The AGE column: at most two units, fewer the older it is."""
    if seconds < 2 * MINUTE:
        return f"{seconds}s"
    minutes, hours, days = seconds // MINUTE, seconds // HOUR, seconds // DAY
    if minutes < 10:
        return _two(minutes, "m", seconds % MINUTE, "s")
    if minutes < 3 * 60:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if hours < 8 * 24:
        return _two(days, "d", hours % 24, "h")
    if days < 2 * 365:
        return f"{days}d"
    return _two(days // 365, "y", days % 365, "d") if days < 8 * 365 else f"{days // 365}y"


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"


def docker_age(seconds: int) -> str:
    """The words in CREATED and STATUS, without `ago`."""
    if seconds < 1:
        return "Less than a second"
    if seconds == 1:
        return "1 second"
    if seconds < MINUTE:
        return f"{seconds} seconds"
    minutes, hours = seconds // MINUTE, int(seconds / HOUR + 0.5)
    if minutes == 1:
        return "About a minute"
    if minutes < 60:
        return f"{minutes} minutes"
    if hours == 1:
        return "About an hour"
    if hours < 48:
        return f"{hours} hours"
    days = hours // 24
    if days < 14:
        return f"{days} days"
    if days < 60:
        return f"{days // 7} weeks"
    return f"{days // 30} months" if days < 730 else f"{days // 365} years"


def uptime_text(seconds: int) -> str:
    """The middle of a line of `uptime`."""
    days, rest = divmod(seconds, DAY)
    hours, minutes = divmod(rest // MINUTE, 60)
    text = f"{days} day{'s' if days != 1 else ''}, " if days else ""
    return f"{text}{hours:2d}:{minutes:02d}" if hours else f"{text}{minutes} min"
