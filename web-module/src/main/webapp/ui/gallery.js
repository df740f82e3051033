// Everything that was drawn before, newest first.
import * as api from './api.js';
import { lost, whenBack } from './connection.js';
import { openDetail } from './detail.js';
import { byId, element, icon } from './element.js';
import { askForKey, showKeyButton } from './key.js';
import { word } from './words.js';

const PAUSE_TYPING = 300;
const PAUSE_REFRESH = 5000;
const MOST_REFRESHED = 6;

const cards = new Map();
const hidden = new Set();
const shownAbove = new Set();
let next = null;
let loading = false;
let generation = 0;

const isNear = (entries) => entries.some((entry) => entry.isIntersecting);
const end = new IntersectionObserver((entries) => isNear(entries) && more(), { rootMargin: '800px' });

export function startGallery() {
  byId('query').placeholder = word('searchExample');
  byId('status').append(...Object.entries(word('statuses')).map(([value, text]) => element('option', { value }, text)));
  let typing;
  byId('query').addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(reload, PAUSE_TYPING);
  });
  byId('status').addEventListener('change', reload);
  byId('search').addEventListener('submit', (event) => event.preventDefault());
  end.observe(byId('gallery-end'));
  whenBack(reload);
  setInterval(refresh, PAUSE_REFRESH);
  return reload();
}

/** Begins anew with what is searched for now. */
export async function reload() {
  generation += 1;
  loading = false;
  next = api.firstPage(byId('query').value.trim(), byId('status').value);
  await more(true);
}

async function more(first = false) {
  if (loading || next === null) {
    return;
  }
  const mine = generation;
  loading = true;
  byId('gallery-end').classList.add('loading');
  try {
    const page = await api.page(next);
    if (mine === generation) {
      show(page, first);
      lookAtTheEndAgain();
    }
  } catch (failure) {
    if (mine === generation) {
      explain(failure);
    }
  } finally {
    if (mine === generation) {
      loading = false;
      byId('gallery-end').classList.remove('loading');
    }
  }
}

/** The observer tells of changes alone: an end that stays in sight while a page is loaded would never be told again. */
function lookAtTheEndAgain() {
  end.unobserve(byId('gallery-end'));
  end.observe(byId('gallery-end'));
}

function show(page, first) {
  if (first) {
    cards.clear();
    byId('cards').replaceChildren();
  }
  next = page.next;
  page.batches.filter(isWanted).forEach((batch) => byId('cards').append(newCard(batch)));
  showEmptiness();
}

function isWanted(batch) {
  return !cards.has(batch.task_id) && !hidden.has(batch.task_id) && !shownAbove.has(batch.task_id);
}

function showEmptiness() {
  const empty = cards.size === 0 && next === null && byId('now').hidden;
  const searched = byId('query').value !== '' || byId('status').value !== '';
  notice(empty ? word(searched ? 'notFound' : 'empty') : null,
    ...(empty && !searched ? [element('p.help', {}, word('emptyHelp'))] : []));
}

function notice(text, ...more) {
  const place = byId('gallery-notice');
  place.hidden = text === null;
  place.replaceChildren(...(text === null ? [] : [element('p', {}, text), ...more]));
}

function explain(failure) {
  if (failure instanceof api.Unreachable) {
    lost();
    notice(word('galleryFailed'));
  } else if (failure.isAboutKey) {
    showKeyButton();
    notice(word(failure.status === 401 ? 'keyTitle' : 'keyWrong'),
      element('button', { type: 'button', onclick: () => askForKey(failure.status === 403) }, word('keyEnter')));
  } else {
    notice(word('galleryFailed'), element('button', { type: 'button', onclick: reload }, word('retry')));
  }
  next = null;
}

function newCard(batch) {
  const card = element('li.card', {});
  cards.set(batch.task_id, { batch, element: card });
  fill(card, batch);
  return card;
}

function fill(card, batch) {
  card.style.setProperty('--ratio', batch.width / batch.height);
  const several = batch.batch_size > 1 ? element('span.several', {}, word('pictures', batch.batch_size)) : null;
  const button = element('button.picture', { type: 'button', onclick: () => openDetail(batch.task_id),
    'aria-label': word('open', batch.prompt, batch.batch_size) }, cover(batch), several);
  card.replaceChildren(button, element('p.caption', {}, batch.prompt));
}

function cover(batch) {
  if (batch.image_url) {
    return element('img', { src: batch.image_url, alt: '', loading: 'lazy', decoding: 'async', width: batch.width,
      height: batch.height });
  }
  const [symbol, text] = batch.status === 'PENDING' ? ['picture', 'waiting'] : ['broken', 'noPicture'];
  return element('span.nothing', {}, icon(symbol), element('span', {}, word(text)));
}

/** Puts a batch at the front. */
export async function add(batchId) {
  const { batch } = await api.batch(batchId);
  if (isWanted(batch)) {
    byId('cards').prepend(newCard(batch));
    showEmptiness();
  }
}

/** Looks up what was unfinished when it was listed. */
async function refresh() {
  if (document.hidden) {
    return;
  }
  const unfinished = [...cards.values()].filter((card) => card.batch.status === 'PENDING').slice(0, MOST_REFRESHED);
  for (const card of unfinished) {
    try {
      const { batch } = await api.batch(card.batch.task_id);
      card.batch = batch;
      fill(card.element, batch);
    } catch (failure) {
      if (failure instanceof api.Unreachable) {
        lost();
        return;
      }
      take(card.batch.task_id);
    }
  }
}

function take(batchId) {
  cards.get(batchId)?.element.remove();
  cards.delete(batchId);
  showEmptiness();
}

/** A batch that is being drawn is shown above, and takes the place of the empty gallery's words. */
export function leaveOut(batchId) {
  shownAbove.add(batchId);
  showEmptiness();
}

/** It is no longer shown above. */
export function letIn(batchId) {
  shownAbove.delete(batchId);
}

/** Takes a batch out of sight while its deletion can still be undone. */
export function hide(batchId) {
  hidden.add(batchId);
  const card = cards.get(batchId);
  if (card) {
    card.element.hidden = true;
  }
}

/** The deletion was undone. */
export function unhide(batchId) {
  hidden.delete(batchId);
  const card = cards.get(batchId);
  if (card) {
    card.element.hidden = false;
  } else {
    add(batchId);
  }
}

/** The batch is deleted. */
export function drop(batchId) {
  take(batchId);
}
