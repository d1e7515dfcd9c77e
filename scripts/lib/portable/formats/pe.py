"""Windows executables, 64 bit (Microsoft, PE Format)."""
import re
import struct

FLAGS = {0x20: "high-entropy ASLR", 0x40: "ASLR", 0x100: "NX", 0x4000: "CFG"}
REQUIRED = ("high-entropy ASLR", "ASLR", "NX")
# What every Windows that an agent supports has.
BASE = re.compile(r"(ntdll|kernel32|advapi32|shell32|ws2_32|crypt32|bcrypt|secur32|api-ms-win-crt-[a-z]+-l1-1-0)\.dll")


def text_at(data, offset):
    return data[offset:data.index(b"\0", offset)].decode("ascii")


class Image:
    def __init__(self, data):
        self.data = data
        header, = struct.unpack_from("<I", data, 60)
        self.optional = header + 24
        sections, = struct.unpack_from("<H", data, header + 6)
        table = self.optional + struct.unpack_from("<H", data, header + 20)[0]
        self.sections = [struct.unpack_from("<IIII", data, table + 40 * each + 8) for each in range(sections)]

    def offset(self, address):
        for size, start, raw_size, raw in self.sections:
            if start <= address < start + max(size, raw_size):
                return address - start + raw
        raise ValueError(f"no section holds the address {address:#x}")

    def flags(self):
        return struct.unpack_from("<H", self.data, self.optional + 70)[0]

    def libraries(self):
        """Those that the import table names."""
        entry = self.offset(struct.unpack_from("<I", self.data, self.optional + 120)[0])
        while (name := struct.unpack_from("<I", self.data, entry + 12)[0]) != 0:
            yield text_at(self.data, self.offset(name)).lower()
            entry += 20


def inspect(data):
    image = Image(data)
    protections = [name for flag, name in FLAGS.items() if image.flags() & flag]
    faults = [f"lacks {name}" for name in REQUIRED if name not in protections]
    faults += [f"needs {name}, which is not among the base libraries" for name in image.libraries() if not BASE.fullmatch(name)]
    if "CFG" not in protections:
        protections.append("no CFG")
    return protections, faults
