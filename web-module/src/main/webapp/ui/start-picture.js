// The picture that drawing starts from, and what of it is repainted.
import * as api from './api.js';
import { byId, markWrong, speak } from './element.js';
import { editMask } from './mask-editor.js';
import { Mask } from './mask.js';
import { fillInParameter } from './parameters.js';
import { NotAPicture, fromDataUrl, readPicture } from './picture-file.js';
import { forgetSize, offerSize, takeSize } from './size.js';
import { toast } from './toast.js';
import { word } from './words.js';

const STORED = 'zimage.start';
const LONGEST_SHOWN = 480;
const TINT = 0.6;
const USUAL_STRENGTH = 0.6;
const USUAL_STRENGTH_WITH_MASK = 1;

/** @type {{source: string, pixels: CanvasImageSource, name: string, file: string}|null} file: the address of a task's */
let picture = null;
/** @type {Mask|null} */
let mask = null;
let isMasked = false;
/** Whether somebody set the strength, so that it no longer follows the mask. */
let isStrengthSet = false;
let changed;

/** @param {function()} whenChanged is called when another picture is there, with its size and strength in the form, or none */
export function startStartPicture(whenChanged) {
  changed = whenChanged;
  byId('image').addEventListener('change', ({ target }) => {
    takeFirst(target.files);
    target.value = '';
  });
  byId('start-remove').addEventListener('click', () => {
    removeStartPicture();
    focusStartPicture();
  });
  byId('mask_image').addEventListener('click', openMask);
  byId('mask-dialog').addEventListener('close', keep);
  byId('strength').addEventListener('input', () => {
    isStrengthSet = true;
  });
  addEventListener('pagehide', keep);
  document.addEventListener('paste', paste);
  document.addEventListener('dragover', (event) => hover(event, true));
  document.addEventListener('dragleave', (event) => event.relatedTarget === null && hover(event, false));
  document.addEventListener('drop', drop);
  restore();
}

/** Text beside a picture, as word processors give both, is what somebody wants who writes. */
function paste(event) {
  const { files } = event.clipboardData;
  if (files.length > 0 && event.clipboardData.getData('text/plain') === '' && !isCovered()) {
    event.preventDefault();
    takeFirst(files);
  }
}

/** Whether a dialog is in front of the form. */
function isCovered() {
  return document.querySelector('dialog[open]') !== null;
}

/** Files are never left to the browser, which would show them in place of the page. */
function hover(event, isOver) {
  if (event.dataTransfer.types.includes('Files')) {
    event.preventDefault();
    byId('composer').classList.toggle('dropping', isOver && !isCovered());
  }
}

function drop(event) {
  hover(event, false);
  if (!isCovered()) {
    takeFirst(event.dataTransfer.files);
  }
}

async function takeFirst(files) {
  if (files.length === 0) {
    return;
  }
  const [file] = files;
  try {
    take({ ...await readPicture(file), name: file.name });
    speak(word('startTaken'));
  } catch (failure) {
    if (!(failure instanceof NotAPicture)) {
      throw failure;
    }
    problem(word('notAPicture', file.name));
  }
}

function problem(text) {
  byId('image-error').hidden = text === null;
  byId('image-error').textContent = text ?? '';
  markWrong(byId('image'), text !== null);
}

/** Leads to where a picture is chosen, or taken away. */
export function focusStartPicture() {
  byId(picture === null ? 'image' : 'start-remove').focus();
}

/** Starts from a finished picture of the gallery. */
export async function startFrom(taskId, imageUrl) {
  const { pixels } = await readPicture(await api.file(imageUrl));
  take({ source: `task:${taskId}`, pixels, name: word('fromGallery'), file: imageUrl });
}

/**
 * Starts from what another task started from, with its strength.
 *
 * @param {{image: Object, mask: Object|null}} inputs
 */
export function startLike({ image, mask: painted }) {
  take({ ...image, name: word('sameStart') });
  isStrengthSet = true;
  if (painted) {
    mask = new Mask(image.pixels.width, image.pixels.height, painted.pixels);
    showMask(mask.share);
    keep();
  }
}

/** The strength of a task that did not ask for one. */
export function usualStrength(hasMask) {
  return hasMask ? USUAL_STRENGTH_WITH_MASK : USUAL_STRENGTH;
}

/** The strength for pictures of which everything is repainted. */
export function strengthWithoutMask() {
  return isStrengthSet ? Number(byId('strength').value) : USUAL_STRENGTH;
}

function take(taken) {
  picture = taken;
  mask = null;
  takeSize(picture.pixels);
  showPicture();
  showMask(0);
  keep();
  changed();
}

export function removeStartPicture() {
  picture = null;
  mask = null;
  isStrengthSet = false;
  forgetSize();
  showPicture();
  showMask(0);
  keep();
  changed();
}

/** What a request has of it. */
export function readStartPicture() {
  return picture === null ? {} : { image: picture.source, ...(isMasked ? { mask_image: mask.toDataUrl() } : {}) };
}

function showPicture() {
  const isThere = picture !== null;
  problem(null);
  byId('start-empty').hidden = isThere;
  byId('start-chosen').hidden = !isThere;
  byId('start-chosen').disabled = !isThere;
  if (isThere) {
    const { width, height } = picture.pixels;
    byId('start-name').textContent = picture.name;
    byId('start-size').textContent = `${width} × ${height}`;
    byId('start-canvas').setAttribute('aria-label', word('startPicture', picture.name));
  }
}

function openMask() {
  const { width, height } = picture.pixels;
  mask ??= new Mask(width, height);
  const edited = mask;
  // Another picture, which was still being read, may have come meanwhile
  editMask(picture.pixels, edited, (share) => edited === mask && showMask(share));
}

function showMask(share) {
  isMasked = share > 0;
  byId('mask-label').textContent = word(isMasked ? 'maskChange' : 'maskPaint');
  byId('mask-parameters').hidden = !isMasked;
  byId('mask-parameters').disabled = !isMasked;
  byId('mask_image-error').hidden = true;
  if (!isStrengthSet) {
    fillInParameter('strength', usualStrength(isMasked));
  }
  drawSmall();
}

/** The picture with what is repainted, small. */
function drawSmall() {
  if (picture === null) {
    return;
  }
  const { width, height } = picture.pixels;
  const scale = Math.min(1, LONGEST_SHOWN / Math.max(width, height));
  const canvas = byId('start-canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d');
  context.drawImage(picture.pixels, 0, 0, canvas.width, canvas.height);
  if (isMasked) {
    context.globalAlpha = TINT;
    context.drawImage(mask.canvas, 0, 0, canvas.width, canvas.height);
  }
}

/** Keeps it for when the page is loaded again, as it is for another language or key. */
function keep() {
  sessionStorage.removeItem(STORED);
  if (picture === null) {
    return;
  }
  const { source, name, file } = picture;
  try {
    sessionStorage.setItem(STORED, JSON.stringify({ source, name, file, isStrengthSet,
      mask: isMasked ? mask.toDataUrl() : null }));
  } catch {
    // Browsers keep some megabytes only: a larger picture is chosen again
  }
}

async function restore() {
  const kept = JSON.parse(sessionStorage.getItem(STORED) ?? 'null');
  if (kept === null) {
    return;
  }
  try {
    const { pixels } = await readPicture(kept.file ? await api.file(kept.file) : fromDataUrl(kept.source));
    const painted = kept.mask && await readPicture(fromDataUrl(kept.mask));
    picture = { ...kept, pixels };
    isStrengthSet = true;
    offerSize(pixels);
    showPicture();
    mask = painted ? new Mask(pixels.width, pixels.height, painted.pixels) : null;
    showMask(mask?.share ?? 0);
    isStrengthSet = kept.isStrengthSet;
  } catch {
    sessionStorage.removeItem(STORED);
    toast(word('startGone'));
  }
}
