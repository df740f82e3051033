// The size of what is drawn: a format and a size by name, the start picture's own, or width and height in pixels.
import { byId, element } from './element.js';
import { FORMATS, SIZES, canvas, formatOf, ratioOf, within } from './formats.js';
import { word } from './words.js';

const AS_PICTURE = 'picture';
const USUAL_FORMAT = FORMATS[0];
const USUAL_SIZE = 512;
/** Nobody sees less. */
const STRETCHED = 1.03;

const limits = { min_side: 64, max_side: 2048 };
let namedFormat = USUAL_FORMAT;
/** The start picture's size within the limits; null where there is no such picture. */
let pictureSize = null;

function radios() {
  return byId('composer').elements.format;
}

export function makeFormats() {
  byId('formats').append(...FORMATS.map((format) => {
    const shape = element('span.shape', { 'aria-hidden': 'true' });
    shape.style.setProperty('--ratio', ratioOf(format));
    const name = word('formats')[format];
    return element('label.format', { title: name },
      element('input', { type: 'radio', name: 'format', value: format, checked: format === USUAL_FORMAT }),
      shape, element('span.unseen', {}, name), element('span', {}, format));
  }));
  nameSizes(USUAL_FORMAT);
  byId('size').value = USUAL_SIZE;
  applyFormat();
}

/** Takes over what the server allows. */
export function limitSize(allowed) {
  Object.assign(limits, allowed);
  for (const side of ['width', 'height']) {
    byId(side).min = allowed.min_side;
    byId(side).max = allowed.max_side;
  }
}

function nameSizes(format) {
  const chosen = byId('size').value;
  namedFormat = format;
  byId('size').replaceChildren(...(pictureSize ? [asPicture()] : []), ...SIZES.map((side) => {
    const { width, height } = canvas(format, side, limits.max_side);
    return element('option', { value: side }, `${word('sizes')[side]} · ${width}×${height}`);
  }), element('option', { value: '' }, word('own')));
  byId('size').value = chosen;
}

function asPicture() {
  return element('option', { value: AS_PICTURE }, word('asPicture', pictureSize.width, pictureSize.height));
}

function applyFormat() {
  const format = radios().value;
  if (format && byId('size').value !== '') {
    setSides(canvas(format, Number(byId('size').value), limits.max_side));
  }
}

function setSides({ width, height }) {
  byId('width').value = width;
  byId('height').value = height;
}

function check(format) {
  for (const radio of radios()) {
    radio.checked = radio.value === format;
  }
}

/** Says so where the start picture has other proportions than what is drawn. */
function showStretching() {
  const drawn = Number(byId('width').value) / Number(byId('height').value);
  const change = pictureSize === null ? 1 : drawn / (pictureSize.width / pictureSize.height);
  byId('size-help').hidden = !(change > STRETCHED || change < 1 / STRETCHED);
}

/** Shows the format that width and height make. */
export function findFormat() {
  findName();
  showStretching();
}

function findName() {
  const width = Number(byId('width').value);
  const height = Number(byId('height').value);
  if (pictureSize?.width === width && pictureSize?.height === height) {
    check(null);
    byId('size').value = AS_PICTURE;
    return;
  }
  const found = formatOf(width, height, limits.max_side);
  if (found) {
    nameSizes(found.format);
  }
  check(found?.format);
  byId('size').value = found?.side ?? '';
}

/** Follows what was changed in one of the fields. */
export function sizeChanged(field) {
  follow(field);
  showStretching();
}

function follow({ name, value }) {
  if (name === 'size' && value === AS_PICTURE) {
    setSides(pictureSize);
    check(null);
    return;
  }
  if (name === 'format') {
    nameSizes(value);
    if (!SIZES.includes(Number(byId('size').value))) {
      byId('size').value = USUAL_SIZE;
    }
  }
  if (name === 'size' && value !== '' && !radios().value) {
    check(namedFormat);
  }
  if (name === 'format' || name === 'size') {
    applyFormat();
  }
  if (name === 'width' || name === 'height') {
    findName();
  }
}

/** Offers the size of the start picture, too. */
export function offerSize(size) {
  pictureSize = within(size, limits.min_side, limits.max_side);
  nameSizes(namedFormat);
  findFormat();
}

/** What is drawn has the size of the start picture from now on, until another one is chosen. */
export function takeSize(size) {
  offerSize(size);
  setSides(pictureSize);
  findFormat();
}

/** There is no start picture any more. */
export function forgetSize() {
  const wasTaken = byId('size').value === AS_PICTURE;
  pictureSize = null;
  nameSizes(namedFormat);
  if (wasTaken) {
    check(USUAL_FORMAT);
    nameSizes(USUAL_FORMAT);
    byId('size').value = USUAL_SIZE;
    applyFormat();
  }
  showStretching();
}
