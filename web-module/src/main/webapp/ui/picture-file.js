// Files of pictures: reads them, and makes those smaller that are larger than the server takes.

/** What the server reads. */
export const TYPES = ['image/png', 'image/jpeg', 'image/webp'];
const LONGEST_SIDE = 2048;
/** In base64 these are 16 MiB; with a mask and a prompt a request may have 20. */
const MOST_BYTES = 12 * 1024 * 1024;
const JPEG_QUALITY = 0.92;

/** The browser can make no picture of a file. */
export class NotAPicture extends Error { }

/**
 * Reads a picture as it is to be sent.
 *
 * @param {Blob} file
 * @returns {{source: string, pixels: ImageBitmap|HTMLCanvasElement}} the data URL and what it shows, turned upright
 * @throws {NotAPicture}
 */
export async function readPicture(file) {
  const bitmap = await decode(file);
  if (TYPES.includes(file.type) && file.size <= MOST_BYTES && longer(bitmap) <= LONGEST_SIDE) {
    return { source: await dataUrl(file), pixels: bitmap };
  }
  const pixels = drawn(bitmap, Math.min(1, LONGEST_SIDE / longer(bitmap)));
  return { source: await dataUrl(await encode(pixels, file.type)), pixels };
}

async function decode(file) {
  try {
    return await createImageBitmap(file);
  } catch (failure) {
    throw new NotAPicture(failure.message);
  }
}

function longer({ width, height }) {
  return Math.max(width, height);
}

function drawn(bitmap, scale) {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** Photos stay JPEG; what may have sharp edges or be transparent becomes PNG, unless that is too large. */
async function encode(canvas, type) {
  if (type !== 'image/jpeg') {
    const png = await toBlob(canvas, 'image/png');
    if (png.size <= MOST_BYTES) {
      return png;
    }
  }
  return toBlob(onWhite(canvas), 'image/jpeg', JPEG_QUALITY);
}

/** JPEG has no transparency and would make it black. */
function onWhite(canvas) {
  const context = canvas.getContext('2d');
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}

/** @throws {NotAPicture} when the browser has no memory for it */
async function toBlob(canvas, type, quality) {
  const blob = await new Promise((resolve) => {
    canvas.toBlob(resolve, type, quality);
  });
  if (blob === null) {
    throw new NotAPicture(`The browser cannot write ${type}`);
  }
  return blob;
}

function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(new NotAPicture(reader.error.message));
    reader.readAsDataURL(blob);
  });
}

/** The bytes of a data URL; the page's policy lets nothing load it. */
export function fromDataUrl(url) {
  const [head, base64] = url.split(',');
  const type = /^data:([^;]+)/.exec(head)[1];
  return new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], { type });
}
