'use strict';
// How far a call jumps, or where to. Each call of a function is the same bytes when its place is written, not the distance:
// brotli then makes an executable 7 to 10 % smaller. Packing writes the places, a task's first start the distances again.

/** Calls a function with the offset of each 32-bit distance that follows a CALL (E8) or JMP (E9) of an x86 processor. */
function eachOnX64(content, convert) {
  for (let at = 1; at + 4 <= content.length; ++at) {
    if ((content[at - 1] & 0xFE) === 0xE8) {
      convert(at);
      at += 4;  // whatever it is: to pack and to unpack must see the same bytes
    }
  }
}

/** Calls a function with the offset of each BL, whose lower 26 bits are a distance in instructions. */
function eachOnArm64(content, convert) {
  for (let at = 0; at + 4 <= content.length; at += 4) {
    if ((content[at + 3] & 0xFC) === 0x94) {
      convert(at);
    }
  }
}

// What is no distance within the file is none; those that are stay within it, so that the way back finds the same ones.
function placeOnX64(content, at) {
  const distance = content.readInt32LE(at);
  if (distance >= -at && distance < content.length) {
    content.writeInt32LE(distance < content.length - at ? distance + at : distance - content.length, at);
  }
}

function distanceOnX64(content, at) {
  const place = content.readInt32LE(at);
  if (place >= -at && place < content.length) {
    content.writeInt32LE(place >= 0 ? place - at : place + content.length, at);
  }
}

function addOnArm64(content, at, instructions) {
  const word = content.readUInt32LE(at);
  content.writeUInt32LE(((word & 0xFC000000) | ((word + instructions) & 0x03FFFFFF)) >>> 0, at);
}

/** The executable with places instead of distances; changes `content`. */
function absolute(content, architecture) {
  if (architecture === 'x64') {
    eachOnX64(content, (at) => placeOnX64(content, at));
  } else if (architecture === 'arm64') {
    eachOnArm64(content, (at) => addOnArm64(content, at, at / 4));
  }
  return content;
}

/** Undoes absolute(); changes `content`. */
function relative(content, architecture) {
  if (architecture === 'x64') {
    eachOnX64(content, (at) => distanceOnX64(content, at));
  } else if (architecture === 'arm64') {
    eachOnArm64(content, (at) => addOnArm64(content, at, -at / 4));
  }
  return content;
}

module.exports = { absolute, relative };
