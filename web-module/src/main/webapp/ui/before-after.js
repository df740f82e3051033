// What a picture was made from beside what became of it, with the outline of what was repainted.
import * as api from './api.js';
import { element } from './element.js';
import { opaqueWhereWhite } from './mask.js';
import { readPicture } from './picture-file.js';
import { word } from './words.js';

/** Part of the picture's longer side. */
const LINE = 0.006;
const DIRECTIONS = 16;

/**
 * @param {{task_id: string, width: number, height: number}} item
 * @param {HTMLImageElement} after the finished picture
 * @param {boolean} hasMask whether only a part of the picture was repainted
 */
export function beforeAfter(item, after, hasMask) {
  const before = element('img', { src: api.inputOf(item.task_id, 'image'), width: item.width, height: item.height,
    alt: word(hasMask ? 'beforeMasked' : 'beforePicture') });
  const shown = element('div.outlined', {}, before);
  before.addEventListener('error', () => shown.replaceChildren(element('p.nothing', {}, word('inputGone'))));
  if (hasMask) {
    addOutline(shown, item);
  }
  const pair = element('div.before-after', {}, figure('before', shown), figure('after', after));
  pair.classList.toggle('wide', item.width > item.height);
  return pair;
}

function figure(name, content) {
  return element('figure', {}, content, element('figcaption', {}, word(name)));
}

async function addOutline(place, item) {
  try {
    const { pixels } = await readPicture(await api.file(api.inputOf(item.task_id, 'mask_image')));
    place.append(outline(opaqueWhereWhite(pixels, item.width, item.height)));
  } catch {
    // The picture tells enough without its outline, and says itself when it is gone
  }
}

/** A line around a shape, dark and light, so that it is seen on every picture. */
function outline(shape) {
  const line = Math.max(1, LINE * Math.max(shape.width, shape.height));
  const canvas = element('canvas', { width: shape.width, height: shape.height, 'aria-hidden': 'true' });
  const context = canvas.getContext('2d');
  context.drawImage(ring(shape, 2 * line, '#fff'), 0, 0);
  context.drawImage(ring(shape, line, '#000'), 0, 0);
  return canvas;
}

function ring(shape, width, colour) {
  const canvas = element('canvas', { width: shape.width, height: shape.height });
  const context = canvas.getContext('2d');
  for (let i = 0; i < DIRECTIONS; i += 1) {
    const angle = 2 * Math.PI * i / DIRECTIONS;
    context.drawImage(shape, width * Math.cos(angle), width * Math.sin(angle));
  }
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = colour;
  context.fillRect(0, 0, shape.width, shape.height);
  context.globalCompositeOperation = 'destination-out';
  context.drawImage(shape, 0, 0);
  return canvas;
}
