// What of a picture is repainted: brush strokes, rectangles and their like, which can be undone one by one.

/** Marks are seen in this colour on the picture; only how opaque they are counts. */
const COLOUR = '#e11d74';
const OPAQUE = 128;
const CHANNELS = 4;

/** A mask in the size of its picture. */
export class Mask {
  /** @param {ImageBitmap} [picture] a mask to begin with: what is white in it is repainted */
  constructor(width, height, picture) {
    this.canvas = document.createElement('canvas');
    this.canvas.width = width;
    this.canvas.height = height;
    this.context = this.canvas.getContext('2d', { willReadFrequently: true });
    this.beginning = picture;
    this.marks = [];
    this.redraw();
  }

  get width() {
    return this.canvas.width;
  }

  get height() {
    return this.canvas.height;
  }

  /** @param {{width: number, erases: boolean}} brush */
  beginStroke(brush, x, y) {
    this.stroke = { ...brush, points: [] };
    this.continueStroke(x, y);
  }

  continueStroke(x, y) {
    const { points } = this.stroke;
    points.push([x, y]);
    this.drawStroke(this.stroke, Math.max(0, points.length - 2));
  }

  endStroke() {
    const { stroke } = this;
    this.stroke = null;
    this.marks.push(() => this.drawStroke(stroke, 0));
  }

  addRectangle(left, top, width, height) {
    this.mark(() => {
      this.use('source-over');
      this.context.fillRect(left, top, width, height);
    });
  }

  clear() {
    this.mark(() => this.context.clearRect(0, 0, this.width, this.height));
  }

  invert() {
    this.mark(() => {
      this.use('xor');
      this.context.fillRect(0, 0, this.width, this.height);
    });
  }

  get canUndo() {
    return this.marks.length > 0;
  }

  undo() {
    this.marks.pop();
    this.redraw();
  }

  mark(draw) {
    draw();
    this.marks.push(draw);
  }

  redraw() {
    this.context.clearRect(0, 0, this.width, this.height);
    if (this.beginning) {
      this.context.drawImage(opaqueWhereWhite(this.beginning, this.width, this.height), 0, 0);
    }
    this.marks.forEach((draw) => draw());
  }

  use(operation) {
    this.context.globalCompositeOperation = operation;
    this.context.fillStyle = COLOUR;
    this.context.strokeStyle = COLOUR;
  }

  /** Draws the part of a stroke that begins at a point. */
  drawStroke({ width, erases, points }, from) {
    this.use(erases ? 'destination-out' : 'source-over');
    const { context } = this;
    context.beginPath();
    context.arc(...points[from], width / 2, 0, 2 * Math.PI);
    context.fill();
    context.beginPath();
    context.lineWidth = width;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    points.slice(from).forEach(([x, y]) => context.lineTo(x, y));
    context.stroke();
  }

  /** The part of the picture that is repainted, from 0 to 1. */
  get share() {
    const { data } = this.context.getImageData(0, 0, this.width, this.height);
    let count = 0;
    for (let i = CHANNELS - 1; i < data.length; i += CHANNELS) {
      count += data[i] >= OPAQUE ? 1 : 0;
    }
    return count / (this.width * this.height);
  }

  /** As it is sent: a PNG in which what is repainted is white and the rest black. */
  toDataUrl() {
    const canvas = document.createElement('canvas');
    canvas.width = this.width;
    canvas.height = this.height;
    const context = canvas.getContext('2d');
    context.drawImage(this.canvas, 0, 0);
    context.globalCompositeOperation = 'source-in';
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.globalCompositeOperation = 'destination-over';
    context.fillStyle = '#000';
    context.fillRect(0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/png');
  }
}

/** A mask as a shape in the marks' colour on nothing. */
export function opaqueWhereWhite(picture, width, height) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(picture, 0, 0, width, height);
  const pixels = context.getImageData(0, 0, width, height);
  for (let i = 0; i < pixels.data.length; i += CHANNELS) {
    pixels.data[i + CHANNELS - 1] = pixels.data[i] >= OPAQUE ? 255 : 0;
  }
  context.putImageData(pixels, 0, 0);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = COLOUR;
  context.fillRect(0, 0, width, height);
  return canvas;
}
