// The form: what is to be drawn.
import * as api from './api.js';
import { lost } from './connection.js';
import { byId, element, markWrong, speak } from './element.js';
import { askForKey, showKeyButton } from './key.js';
import { NAMES, fillInParameters, findWrongParameters, makeParameters, readParameters, suggestParameters } from './parameters.js';
import { findFormat, limitSize, makeFormats, sizeChanged } from './size.js';
import { focusStartPicture, readStartPicture, startStartPicture } from './start-picture.js';
import { word } from './words.js';

const DRAFT = 'zimage.draft';
const NUMBERS = ['width', 'height', 'num_inference_steps', 'guidance_scale'];
/** What the model has a default for. */
const OPTIONAL = ['num_inference_steps', 'guidance_scale'];
const FIELDS = ['prompt', 'negative_prompt', 'seed', 'count', ...NUMBERS];
const PICTURES = ['image', 'mask_image'];
/** Seeds are signed numbers of 64 bits. */
const LARGEST_SEED = 2n ** 63n - 1n;
const WHOLE = /^[+-]?\d{1,19}$/;

let form;
let started;

/** @param {function(Object)} whenStarted is called with every batch that was sent */
export function startPrompt(whenStarted) {
  form = byId('composer');
  started = whenStarted;
  makeFormats();
  makeParameters();
  startStartPicture(keepDraft);
  byId('prompt').placeholder = word('promptExample');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    draw(read());
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener('input', (event) => changed(event.target));
  byId('fewer').addEventListener('click', () => step(-1));
  byId('more').addEventListener('click', () => step(1));
  restoreDraft();
}

/** Takes over what the server allows. */
export function limit(allowed) {
  limitSize(allowed);
  byId('num_inference_steps').max = allowed.max_steps;
  byId('guidance_scale').max = allowed.max_guidance_scale;
  byId('prompt').maxLength = allowed.max_prompt_characters;
}

/** Shows what holds where nothing is filled in: what the model says, or what the server has. */
export function suggest(defaults) {
  byId('num_inference_steps').placeholder = defaults.num_inference_steps ?? 9;
  byId('guidance_scale').placeholder = defaults.guidance_scale ?? 0;
  byId('negative_prompt').placeholder = defaults.negative_prompt ?? '';
  suggestParameters(defaults);
}

function changed(field) {
  sizeChanged(field);
  problem(field.id, null);
  keepDraft();
}

function step(by) {
  const count = byId('count');
  count.value = Math.min(10, Math.max(1, (Number(count.value) || 1) + by));
  keepDraft();
}

function keepDraft() {
  const draft = Object.fromEntries(FIELDS.map((name) => [name, byId(name).value]));
  sessionStorage.setItem(DRAFT, JSON.stringify({ ...draft, ...readParameters() }));
}

function restoreDraft() {
  const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? 'null');
  if (draft) {
    fillIn(draft);
  }
}

function fillIn(values) {
  for (const name of FIELDS) {
    byId(name).value = values[name] ?? '';
  }
  byId('count').value = values.count ?? 1;
  fillInParameters(values);
  findFormat();
}

/** Puts a picture's settings into the form, to be changed. */
export function edit(settings) {
  fillIn(settings);
  byId('advanced').open = true;
  describe('');
}

/** Leads to the prompt, and suggests one where there is none yet. */
export function describe(prompt) {
  byId('prompt').value ||= prompt;
  keepDraft();
  byId('prompt').focus();
  byId('prompt').scrollIntoView({ block: 'center' });
}

/** What stands in the form. */
function read() {
  const request = { prompt: byId('prompt').value, negative_prompt: byId('negative_prompt').value || null,
    seed: byId('seed').value.trim(), count: Number(byId('count').value) };
  for (const name of NUMBERS) {
    const text = byId(name).value;
    request[name] = text === '' ? null : Number(text);
  }
  return { ...request, ...readParameters(), ...readStartPicture() };
}

function problem(id, text) {
  const place = byId(`${id}-error`);
  if (place) {
    place.hidden = text === null;
    place.textContent = text ?? '';
    markWrong(byId(id), text !== null);
  }
  return place !== null && place.parentElement.closest('[hidden]') === null;
}

function notice(text, ...more) {
  const place = byId('composer-notice');
  place.hidden = text === null;
  place.replaceChildren(...(text === null ? [] : [element('p', {}, text), ...more]));
}

/** Each picture of a batch has the next seed. */
function largestFirstSeed(count) {
  return LARGEST_SEED - BigInt(Math.max(Math.trunc(count) || 1, 1) - 1);
}

/** @returns the fields that are wrong, each with the reason */
function findProblems(request) {
  const wrong = [];
  if (request.prompt.trim() === '') {
    wrong.push(['prompt', word('promptMissing')]);
  }
  if (request.seed !== '' && !WHOLE.test(request.seed)) {
    wrong.push(['seed', word('seedWrong')]);
  } else if (request.seed !== '') {
    const low = -LARGEST_SEED - 1n;
    const high = largestFirstSeed(request.count);
    if (BigInt(request.seed) < low || BigInt(request.seed) > high) {
      wrong.push(['seed', word('between', low, high)]);
    }
  }
  for (const name of NUMBERS) {
    const input = byId(name);
    if (request[name] === null ? !OPTIONAL.includes(name) || input.validity.badInput
      : request[name] < Number(input.min) || request[name] > Number(input.max)) {
      wrong.push([name, word('between', input.min, input.max)]);
    }
  }
  return [...wrong, ...findWrongParameters(request)];
}

/**
 * Sends a batch.
 *
 * @param {Object} settings as the form has them; the seed as text, which may be longer than a number holds
 */
export async function draw(settings) {
  notice(null);
  [...FIELDS, ...NAMES, ...PICTURES].forEach((name) => problem(name, null));
  const wrong = findProblems(settings);
  if (wrong.length > 0) {
    wrong.forEach(([name, text]) => problem(name, text));
    show(wrong[0][0]);
    return;
  }
  byId('draw').disabled = true;
  speak(word('drawing'));
  try {
    await send(settings);
  } catch (failure) {
    explain(failure);
  } finally {
    byId('draw').disabled = false;
  }
}

async function send({ count, seed, ...settings }) {
  const id = api.newId();
  const batch = { id, prompt: settings.prompt, width: settings.width, height: settings.height, tasks: [] };
  try {
    for (let index = 0; index < count; index += 1) {
      const request = { ...given(settings), seed: seed === '' ? null : String(BigInt(seed) + BigInt(index)),
        metadata: { batch_id: id, batch_index: index, batch_size: count } };
      batch.tasks.push((await api.generate(request, `${id} ${index}`)).task_id);
    }
  } finally {
    if (batch.tasks.length > 0) {
      started(batch);
    }
  }
}

/** Without what is left out: not every field may be null. */
function given(settings) {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null && value !== undefined));
}

function show(name) {
  if (byId('advanced').contains(byId(name))) {
    byId('advanced').open = true;
  }
  if (name === 'image') {
    focusStartPicture();
  } else {
    byId(name).focus();
  }
}

/** Says what is wrong where the person looks. */
function explain(failure) {
  if (failure instanceof api.Unreachable) {
    lost();
    notice(word('notSent'), element('button', { type: 'button', onclick: () => form.requestSubmit() }, word('retry')));
  } else if (!(failure instanceof api.Refusal)) {
    throw failure;
  } else if (failure.isAboutKey) {
    showKeyButton();
    notice(word(failure.status === 401 ? 'keyMissing' : 'keyWrong'),
      element('button', { type: 'button', onclick: () => askForKey(failure.status === 403) }, word('keyEnter')));
  } else if (failure.status === 413) {
    problem('image', word('pictureTooLarge'));
    show('image');
  } else if (failure.status === 429) {
    notice(word('tooMany', failure.retryAfter || 5));
  } else if (failure.status === 503) {
    notice(word('unavailable'));
  } else if (Array.isArray(failure.detail)) {
    explainFields(failure.detail);
  } else {
    notice(failure.detail ?? word('unexpected'));
  }
}

function explainFields(problems) {
  const elsewhere = problems.filter(({ loc, msg }) => !problem(loc[1], api.sentence(msg)));
  if (elsewhere.length > 0) {
    notice(word('refused'),
      element('ul', {}, ...elsewhere.map(({ loc, msg }) => element('li', {}, `${loc.slice(1).join('.')}: ${api.sentence(msg)}`))));
  } else {
    show(problems[0].loc[1]);
  }
}
