// The shapes and sizes of pictures.

export const FORMATS = ['1:1', '4:3', '3:4', '16:9', '9:16'];
export const SIZES = [512, 768, 1024, 1536];

/** Every model's canvas fits into multiples of this. */
const MULTIPLE = 64;

export function ratioOf(format) {
  const [width, height] = format.split(':').map(Number);
  return width / height;
}

/**
 * The canvas of a format: about as many pixels as a square of that side has.
 *
 * @param {number} longest pixels that the server allows in one direction
 */
export function canvas(format, side, longest) {
  const ratio = ratioOf(format);
  const fit = (pixels) => Math.min(longest, Math.max(MULTIPLE, Math.round(pixels / MULTIPLE) * MULTIPLE));
  return { width: fit(side * Math.sqrt(ratio)), height: fit(side / Math.sqrt(ratio)) };
}

/** The format and size that make this canvas; null when it is somebody's own. */
export function formatOf(width, height, longest) {
  for (const side of SIZES) {
    for (const format of FORMATS) {
      const made = canvas(format, side, longest);
      if (made.width === width && made.height === height) {
        return { format, side };
      }
    }
  }
  return null;
}

/** A size in its proportions, made smaller or larger where a side is out of the limits, as the server does it. */
export function within({ width, height }, shortest, longest) {
  const scale = Math.max(shortest / Math.min(width, height), Math.min(1, longest / Math.max(width, height)));
  const fit = (pixels) => Math.min(longest, Math.max(shortest, Math.round(pixels * scale)));
  return { width: fit(width), height: fit(height) };
}
