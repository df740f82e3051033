// What is being drawn in this visit, picture by picture.
import * as api from './api.js';
import { lost } from './connection.js';
import { openDetail } from './detail.js';
import { byId, element, icon, speak } from './element.js';
import * as gallery from './gallery.js';
import { Preview } from './previews.js';
import { follow } from './progress.js';
import { toast } from './toast.js';
import { hint, word } from './words.js';

const STORED = 'zimage.now';
const rows = new Map();

/** One batch: its heading and a tile for each picture. */
class Row {
  constructor(batch) {
    this.batch = batch;
    this.over = new Set();
    this.count = element('p.count', {});
    this.cancelAll = element('button.quiet', { type: 'button', onclick: () => this.cancel() }, word('cancelAll'));
    this.tiles = batch.tasks.map((id, index) => new Tile(this, id, index));
    this.element = element('article.batch', { 'aria-label': batch.prompt },
      element('div.batch-head', {}, element('h3', {}, batch.prompt), this.count, this.cancelAll),
      element('ul.tiles', {}, ...this.tiles.map((tile) => tile.element)));
    this.element.style.setProperty('--ratio', batch.width / batch.height);
    this.showCount();
  }

  get isOver() {
    return this.over.size === this.tiles.length;
  }

  tileIsOver(tile) {
    this.over.add(tile);
    this.showCount();
    store();
  }

  showCount() {
    this.count.textContent = word('done', this.over.size, this.tiles.length);
    this.cancelAll.hidden = this.isOver || this.tiles.length === 1;
  }

  cancel() {
    this.tiles.filter((tile) => !this.over.has(tile)).forEach((tile) => tile.cancel());
  }

  take() {
    rows.delete(this.batch.id);
    this.element.remove();
    byId('now').hidden = rows.size === 0;
    gallery.letIn(this.batch.id);
    store();
  }
}

/** One picture: waiting, being drawn, or there. */
class Tile {
  constructor(row, id, index) {
    this.row = row;
    this.id = id;
    this.number = index + 1;
    this.bar = element('div.bar', { role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': 0,
      'aria-label': word('picture', this.number, row.batch.tasks.length) });
    this.state = element('p.state', {}, word('waiting'));
    this.button = element('button.quiet', { type: 'button', onclick: () => this.cancel(),
      'aria-label': `${word('cancel')}: ${word('picture', this.number, row.batch.tasks.length)}` }, word('cancel'));
    this.preview = new Preview();
    this.element = element('li.tile.waiting', {}, this.preview.canvas, this.state, this.bar, this.button);
    follow(id, (status) => this.show(status), (preview) => this.preview.show(preview));
  }

  show(status) {
    if (status === null) {
      this.end(word('deleted'), 'bin');
    } else if (status.status === 'SUCCESS') {
      this.showPicture(status.image_url);
    } else if (status.status === 'FAILURE') {
      this.end(word('failed'), 'broken', hint(status.error_code, status.error_hint));
    } else if (status.status === 'REVOKED') {
      this.end(word('cancelled'), 'stopped');
    } else {
      this.showProgress(status);
    }
  }

  showProgress({ status, progress }) {
    const working = status === 'PROGRESS';
    if (status === 'RETRY') {
      this.preview.forget();
    }
    this.element.classList.toggle('waiting', status === 'PENDING' || status === 'RETRY');
    this.element.style.setProperty('--progress', (progress ?? 0) / 100);
    this.bar.setAttribute('aria-valuenow', progress ?? 0);
    this.state.textContent = working ? word('percent', progress)
      : word({ PENDING: 'waiting', STARTED: 'starting', RETRY: 'again' }[status] ?? 'waiting');
  }

  showPicture(url) {
    const picture = element('img',
      { src: url, alt: word('picture', this.number, this.row.tiles.length), decoding: 'async' });
    this.element.className = 'tile ready';
    this.element.replaceChildren(element('button.picture', { type: 'button',
      onclick: () => openDetail(this.row.batch.id, this.id) }, picture));
    speak(word('pictureReady', this.number, this.row.tiles.length));
    this.row.tileIsOver(this);
  }

  end(text, symbol, why) {
    this.element.className = 'tile over';
    this.element.replaceChildren(icon(symbol), element('p.state', {}, text),
      ...(why ? [element('p.why', {}, why)] : []));
    speak(text);
    this.row.tileIsOver(this);
  }

  async cancel() {
    this.button.disabled = true;
    this.state.textContent = word('cancelling');
    try {
      await api.cancel(this.id);
    } catch (failure) {
      this.button.disabled = false;
      if (failure instanceof api.Unreachable) {
        lost();
      } else {
        toast(failure.message);
      }
    }
  }
}

/** Shows a batch that was sent; those that are done make room for it. */
export function begin(batch) {
  [...rows.values()].filter((row) => row.isOver).forEach((row) => {
    row.take();
    gallery.add(row.batch.id);
  });
  const row = new Row(batch);
  rows.set(batch.id, row);
  byId('now-batches').prepend(row.element);
  byId('now').hidden = false;
  gallery.leaveOut(batch.id);
  store();
  if (row.element.getBoundingClientRect().top > innerHeight || row.element.getBoundingClientRect().top < 0) {
    byId('now').scrollIntoView({ block: 'start' });
  }
}

/** The batch is deleted. */
export function drop(batchId) {
  rows.get(batchId)?.take();
}

/** Remembers what is being drawn, for when the page is opened again. */
function store() {
  const open = [...rows.values()].filter((row) => !row.isOver).map((row) => row.batch.id);
  localStorage.setItem(STORED, JSON.stringify(open));
}

/** Goes on with what was being drawn when the page was closed. */
export async function resume() {
  const open = JSON.parse(localStorage.getItem(STORED) ?? '[]');
  for (const id of open.filter((each) => !rows.has(each))) {
    try {
      const { batch, items } = await api.batch(id);
      if (items.some((item) => ['pending', 'running'].includes(item.status))) {
        const tasks = items.map((item) => item.task_id);
        begin({ id, prompt: batch.prompt, width: batch.width, height: batch.height, tasks });
      }
    } catch (failure) {
      if (failure instanceof api.Unreachable) {
        lost();
        return;
      }
    }
  }
  store();
}
