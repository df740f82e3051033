// The dialog in which a mask is painted over its picture, by hand or by numbers.
import { byId, element, icon } from './element.js';
import { word } from './words.js';

const SIDES = ['left', 'top', 'width', 'height'];
/** Parts of the picture's longer side. */
const BRUSH = { smallest: 0.01, usual: 0.1, largest: 0.4 };
/** The bit of a pointer's buttons that says that the pen is turned round. */
const ERASER_END = 32;

let mask;
let changed;

/**
 * Opens the dialog.
 *
 * @param {CanvasImageSource} picture in the mask's size
 * @param {Mask} edited
 * @param {function(number)} whenChanged is called with the part of the picture that is repainted, after every change
 */
export function editMask(picture, edited, whenChanged) {
  mask = edited;
  changed = whenChanged;
  const dialog = byId('mask-dialog');
  dialog.replaceChildren(
    element('button.quiet.close', { type: 'button', 'aria-label': word('close'), onclick: close }, icon('close')),
    element('div.mask-head', {}, element('h2', { id: 'mask-title' }, word('maskTitle')),
      element('p.help', {}, word('maskHelp'))),
    place(picture), tools(), rectangle(),
    element('div.mask-end', {}, element('p', { id: 'mask-share', role: 'status' }),
      element('button.primary', { type: 'button', id: 'mask-done', onclick: close }, word('maskDone'))),
    ...dialog.querySelectorAll('.toasts'));
  dialog.onkeydown = undoByKey;
  show();
  dialog.showModal();
}

function close() {
  byId('mask-dialog').close();
}

function undoByKey(event) {
  if (event.key === 'z' && (event.ctrlKey || event.metaKey) && event.target.type !== 'number') {
    event.preventDefault();
    undo();
  }
}

/** The picture, the mask over it, and the ring that shows how wide the brush is. */
function place(picture) {
  const below = element('canvas', { width: mask.width, height: mask.height, role: 'img',
    'aria-label': word('maskPicture') });
  below.getContext('2d').drawImage(picture, 0, 0, mask.width, mask.height);
  const painted = element('div.painted', { id: 'painted' }, below, mask.canvas, element('span.brush', { id: 'brush' }));
  painted.style.setProperty('--ratio', mask.width / mask.height);
  mask.canvas.setAttribute('aria-hidden', 'true');
  painted.addEventListener('pointerdown', begin);
  painted.addEventListener('pointermove', move);
  painted.addEventListener('pointerup', end);
  painted.addEventListener('pointercancel', end);
  painted.addEventListener('pointerleave', () => {
    byId('brush').hidden = true;
  });
  return element('div.painting', {}, painted);
}

function placeOf(event) {
  const box = byId('painted').getBoundingClientRect();
  const scale = mask.width / box.width;
  return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
}

function begin(event) {
  if (!event.isPrimary || mask.stroke || (event.button !== 0 && event.buttons !== ERASER_END)) {
    return;
  }
  event.preventDefault();
  byId('painted').setPointerCapture(event.pointerId);
  const erases = byId('erase').checked || event.buttons === ERASER_END;
  mask.beginStroke({ width: Number(byId('brush-width').value), erases }, ...placeOf(event));
}

function move(event) {
  showBrush(event);
  if (event.isPrimary && mask.stroke) {
    const all = event.getCoalescedEvents?.() ?? [];
    (all.length > 0 ? all : [event]).forEach((each) => mask.continueStroke(...placeOf(each)));
  }
}

function end(event) {
  if (event.isPrimary && mask.stroke) {
    mask.endStroke();
    show();
  }
}

function showBrush({ clientX, clientY, pointerType }) {
  const box = byId('painted').getBoundingClientRect();
  const brush = byId('brush');
  brush.hidden = pointerType === 'touch';
  brush.style.setProperty('--width', `${Number(byId('brush-width').value) * box.width / mask.width}px`);
  brush.style.setProperty('--x', `${clientX - box.left}px`);
  brush.style.setProperty('--y', `${clientY - box.top}px`);
}

function tools() {
  const choice = (id, checked) => element('label.choice', {},
    element('input', { type: 'radio', name: 'tool', id, checked }), icon(id), element('span', {}, word(id)));
  const act = (id, what) => element('button', { type: 'button', id, onclick: what }, icon(id), word(id));
  return element('div.mask-tools', { role: 'group', 'aria-label': word('maskTools') },
    element('div.choices', { role: 'radiogroup', 'aria-label': word('tool') }, choice('paint', true), choice('erase', false)),
    act('undo', undo), brushWidth(), act('invert', invert), act('clear', clear));
}

function brushWidth() {
  const longer = Math.max(mask.width, mask.height);
  const pixels = (part) => Math.max(1, Math.round(longer * part));
  const output = element('output', { htmlFor: 'brush-width', 'aria-hidden': 'true' });
  const slider = element('input', { type: 'range', id: 'brush-width', min: pixels(BRUSH.smallest),
    max: pixels(BRUSH.largest), value: pixels(BRUSH.usual) });
  const tell = () => {
    output.value = word('pixels', slider.value);
    slider.setAttribute('aria-valuetext', output.value);
  };
  slider.addEventListener('input', tell);
  tell();
  return element('div.slider', {}, element('label', { htmlFor: 'brush-width' }, word('brushWidth')), slider, output);
}

/** The way that needs no pointer. */
function rectangle() {
  const usual = { left: 0, top: 0, width: Math.round(mask.width / 2), height: Math.round(mask.height / 2) };
  const input = (side) => element('div.field', {}, element('label', { htmlFor: `rectangle-${side}` }, word(side)),
    element('input', { type: 'number', id: `rectangle-${side}`, min: 0, value: usual[side], inputMode: 'numeric',
      'aria-describedby': 'rectangle-error' }));
  return element('details.rectangle', {}, element('summary', {}, word('rectangle')),
    element('form', { noValidate: true, onsubmit: addRectangle }, ...SIDES.map(input),
      element('button', { type: 'submit', id: 'add-rectangle' }, word('addRectangle')),
      element('p.problem', { id: 'rectangle-error', role: 'alert', hidden: true })));
}

function addRectangle(event) {
  event.preventDefault();
  const [left, top, width, height] = SIDES.map((side) => byId(`rectangle-${side}`).valueAsNumber);
  const inside = left >= 0 && top >= 0 && width >= 1 && height >= 1 && left < mask.width && top < mask.height;
  byId('rectangle-error').hidden = inside;
  byId('rectangle-error').textContent = inside ? '' : word('rectangleWrong', mask.width, mask.height);
  if (inside) {
    mask.addRectangle(left, top, width, height);
    show();
  }
}

function undo() {
  mask.undo();
  show();
}

function invert() {
  mask.invert();
  show();
}

function clear() {
  mask.clear();
  show();
}

function show() {
  const { share } = mask;
  // A button that is disabled loses the focus, and whoever works by keyboard the place
  byId('undo').setAttribute('aria-disabled', String(!mask.canUndo));
  byId('mask-share').textContent = share === 0 ? word('maskEmpty') : word('maskShare', Math.max(1, Math.round(share * 100)));
  changed(share);
}
