// How a picture looks after a step, while it is made.
import { element } from './element.js';
import { fromDataUrl } from './picture-file.js';

/** The latest preview of one picture, for as long as nothing better is there. */
export class Preview {
  constructor() {
    this.step = -1;
    this.canvas = element('canvas.preview', { 'aria-hidden': 'true', hidden: true });
  }

  /** @param {{step: number, image: string}} event of the task's event stream */
  async show({ step, image }) {
    const bitmap = await createImageBitmap(fromDataUrl(image));
    // Small pictures may be decoded in another order than they came
    if (step >= this.step) {
      this.step = step;
      this.canvas.width = bitmap.width;
      this.canvas.height = bitmap.height;
      this.canvas.getContext('2d').drawImage(bitmap, 0, 0);
      this.canvas.hidden = false;
    }
    bitmap.close();
  }

  /** The picture is made anew, by another attempt. */
  forget() {
    this.step = -1;
    this.canvas.hidden = true;
  }
}
