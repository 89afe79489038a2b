"""What bytes that are not text might be."""

SIGNATURES = (
    (b"\x7fELF", "ELF program"),
    (b"\xcf\xfa\xed\xfe", "Mach-O program"),
    (b"\xca\xfe\xba\xbe", "Java class or Mach-O program"),
    (b"MZ", "Windows program"),
    (b"\0asm", "WebAssembly module"),
    (b"\x1f\x8b", "gzip archive"),
    (b"BZh", "bzip2 archive"),
    (b"\xfd7zXZ\0", "xz archive"),
    (b"\x28\xb5\x2f\xfd", "zstd archive"),
    (b"PK\x03\x04", "zip archive"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"!<arch>\n", "ar archive or Debian package"),
    (b"\xed\xab\xee\xdb", "RPM package"),
    (b"\x89PNG", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"GIF8", "GIF picture"),
    (b"%PDF", "PDF document"),
    (b"SQLite format 3\0", "SQLite database"),
    (b"GGUF", "GGUF model"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
)
HEX_BYTES = 32
TEXT_BYTES = 256


def describe(data: bytes, size: int) -> str:
    """One line about `size` bytes that begin with `data`: how many, a guess at their kind, and how they start."""
    kind = next((name for signature, name in SIGNATURES if data.startswith(signature)), "unknown kind")
    letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in data[:TEXT_BYTES])
    return f"binary, {size} bytes, {kind}; first bytes {data[:HEX_BYTES].hex(' ')}; as text {letters}"
