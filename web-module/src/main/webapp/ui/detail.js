// One batch, one picture of it at a time, with everything it was made from.
import * as api from './api.js';
import { beforeAfter } from './before-after.js';
import { lost } from './connection.js';
import { byId, element, icon } from './element.js';
import { inputsOf, inputsToSend } from './inputs.js';
import { NAMES, parameterFacts } from './parameters.js';
import { describe, draw, edit } from './prompt.js';
import { removeStartPicture, startFrom, startLike, strengthWithoutMask, usualStrength } from './start-picture.js';
import { toast } from './toast.js';
import { hint, time, word } from './words.js';

const VARIATIONS = 4;
let shown = null;
let removeBatch = null;

/** @param {string} [taskId] the picture to begin with; otherwise the first that is there */
export async function openDetail(batchId, taskId) {
  try {
    const { batch, items } = await api.batch(batchId);
    const wanted = items.findIndex((item) => item.task_id === taskId);
    shown = { batch, items, index: Math.max(0, wanted >= 0 ? wanted : items.findIndex((item) => item.image_url)) };
    await showPicture();
    byId('detail').showModal();
    byId('detail').scrollTop = 0;
  } catch (failure) {
    explain(failure);
  }
}

function explain(failure) {
  if (failure instanceof api.Unreachable) {
    lost();
  }
  toast(failure instanceof api.Unreachable ? word('unreachable') : failure.message);
}

/** @param {function(string)} remove deletes the batch of that id */
export function startDetail(remove) {
  removeBatch = remove;
  const dialog = byId('detail');
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowLeft') {
      turn(-1);
    } else if (event.key === 'ArrowRight') {
      turn(1);
    }
  });
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
}

async function turn(by) {
  const from = shown.index;
  if (from + by < 0 || from + by >= shown.items.length) {
    return;
  }
  shown.index = from + by;
  try {
    await showPicture();
  } catch (failure) {
    shown.index = from;
    explain(failure);
  }
}

async function showPicture() {
  const item = shown.items[shown.index];
  const status = await api.task(item.task_id);
  const settings = status.result ?? { prompt: shown.batch.prompt, width: item.width, height: item.height,
    seed: item.seed, num_inference_steps: shown.batch.num_inference_steps, guidance_scale: shown.batch.guidance_scale };
  const focused = document.activeElement?.dataset?.name;
  const dialog = byId('detail');
  dialog.replaceChildren(
    element('button.quiet.close', { type: 'button', 'aria-label': word('close'), onclick: close }, icon('close')),
    stage(item, status, settings),
    element('div.facts', {}, prompt(settings), actions(item, settings), parameters(settings, status.expires_at)),
    ...dialog.querySelectorAll('.toasts'));
  dialog.querySelector(`[data-name="${focused}"]`)?.focus();
}

function close() {
  byId('detail').close();
}

function stage(item, status, settings) {
  const several = shown.items.length > 1;
  const picture = item.image_url ? finished(item, settings) : missing(item, status);
  const arrows = several ? [arrow('left', 'previous', -1), arrow('right', 'next', 1)] : [];
  return element('div.stage', {}, element('div.frame', {}, picture, ...arrows), several ? strip() : null);
}

function finished(item, settings) {
  const picture = element('img', { src: item.image_url, alt: shown.batch.prompt, width: item.width, height: item.height });
  return settings.image ? beforeAfter(item, picture, Boolean(settings.mask_image)) : picture;
}

function missing(item, status) {
  const [symbol, text] = ['pending', 'running'].includes(item.status) ? ['picture', word('waiting')]
    : ['broken', hint(item.error_code, status.error_hint)];
  return element('div.nothing', {}, icon(symbol), element('p', {}, text));
}

function arrow(symbol, name, by) {
  const button = element(`button.arrow.${name}`, { type: 'button', 'aria-label': word(name), onclick: () => turn(by) },
    icon(symbol));
  button.dataset.name = name;
  button.disabled = shown.index + by < 0 || shown.index + by >= shown.items.length;
  return button;
}

function strip() {
  return element('ul.strip', {}, ...shown.items.map((item, index) => {
    const button = element('button.picture', { type: 'button', onclick: () => turn(index - shown.index),
      'aria-label': word('picture', index + 1, shown.items.length),
      'aria-current': index === shown.index ? 'true' : null },
    item.image_url ? element('img', { src: item.image_url, alt: '' }) : icon('broken'));
    button.dataset.name = `strip${index}`;
    return element('li', {}, button);
  }));
}

function prompt(settings) {
  return element('div.words', {}, element('h2', { id: 'detail-title' }, word('promptTitle')),
    element('p.prompt', {}, settings.prompt),
    element('button.quiet', { type: 'button', onclick: () => copy(settings.prompt) },
      icon('copy'), word('copyPrompt')));
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(word('copied'));
  } catch {
    // Pages without https have no clipboard
    toast(word('notCopied'));
    getSelection().selectAllChildren(byId('detail').querySelector('.prompt'));
  }
}

function actions(item, settings) {
  const like = { ...settings, seed: String(settings.seed ?? ''), negative_prompt: settings.negative_prompt ?? '' };
  const action = (symbol, name, act) =>
    element('button', { type: 'button', onclick: act }, icon(symbol), word(name));
  return element('div.actions', {},
    item.image_url ? element('a.button.primary', { href: api.pngOf(item.image_url), download: '' },
      icon('download'), word('download')) : null,
    action('again', 'makeAgain', () => start(item, settings, { ...known(like), count: 1 })),
    action('vary', 'vary', () => start(item, settings, { ...known(like), seed: '', count: VARIATIONS })),
    action('edit', 'edit', () => editAgain(item, settings, { ...known(like), count: shown.items.length })),
    item.image_url ? action('picture', 'startFrom', () => startFromThis(item)) : null,
    item.image_url ? action('varyFrom', 'varyFrom', () => {
      close();
      draw({ ...known(like), seed: '', count: 1, image: `task:${item.task_id}`, strength: strengthWithoutMask(),
        preserve_unmasked: null });
    }) : null,
    shown.batch.success_count > 1 ? element('a.button', { href: api.zipOf(shown.batch.task_id), download: '' },
      icon('zip'), word('downloadAll')) : null,
    action('bin', 'remove', () => {
      close();
      removeBatch(shown.batch.task_id);
    }));
}

/** The part of a result that a request has. */
function known(settings) {
  const names = ['prompt', 'negative_prompt', 'width', 'height', 'num_inference_steps', 'guidance_scale', 'seed',
    ...NAMES];
  return Object.fromEntries(names.map((name) => [name, settings[name] ?? null]));
}

/** Draws with what a picture was made from. */
async function start(item, result, settings) {
  try {
    const inputs = await inputsOf(item.task_id, result);
    close();
    draw({ ...settings, ...inputsToSend(inputs) });
  } catch (failure) {
    explain(failure);
  }
}

async function editAgain(item, result, settings) {
  try {
    const inputs = await inputsOf(item.task_id, result);
    close();
    if (inputs === null) {
      removeStartPicture();
      edit(settings);
    } else {
      startLike(inputs);
      edit({ ...settings, strength: settings.strength ?? usualStrength(inputs.mask !== null) });
    }
  } catch (failure) {
    explain(failure);
  }
}

async function startFromThis(item) {
  try {
    await startFrom(item.task_id, item.image_url);
    close();
    describe(shown.batch.prompt);
  } catch (failure) {
    explain(failure);
  }
}

function parameters(settings, expiresAt) {
  const facts = [
    [word('dimensions'), `${settings.width} × ${settings.height}`],
    [word('seed'), settings.seed],
    [word('steps'), settings.num_inference_steps],
    [word('guidance'), settings.guidance_scale],
    [word('negativePrompt'), settings.negative_prompt],
    ...parameterFacts(settings),
    [word('created'), time(settings.created_at ?? shown.batch.created_at)],
    [word('ends'), expiresAt ? time(expiresAt) : null],
  ];
  const isKnown = ([, value]) => value !== null && value !== undefined && value !== '';
  return element('dl.parameters', {}, ...facts.filter(isKnown).map(([name, value]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, String(value)))));
}
