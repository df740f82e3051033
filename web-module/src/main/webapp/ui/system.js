// What the head of the page says about the server.
import { offerAdapters } from './adapters.js';
import * as api from './api.js';
import { whenBack } from './connection.js';
import { byId } from './element.js';
import { limit, suggest } from './prompt.js';
import { word } from './words.js';

const PAUSE = 15000;

async function look() {
  if (document.hidden) {
    return;
  }
  try {
    const now = await api.system();
    limit(now.limits);
    suggest(now.defaults ?? {});
    show(now);
    offerAdapters((await api.loras()).map(({ name }) => name));
  } catch {
    // What is wrong is said where something is wanted
    byId('system').textContent = '';
  }
}

function show({ workers, queue_depth: waiting }) {
  const place = byId('system');
  place.classList.toggle('alert', workers.length === 0);
  const models = [...new Set(workers.map((worker) => worker.model))].join(', ');
  const atWork = waiting > 0 ? word('busy', models, waiting) : word('ready', models);
  const text = workers.length === 0 ? word('noWorker') : atWork;
  if (place.textContent !== text) {
    place.textContent = text;
  }
}

export function startSystem() {
  look();
  setInterval(look, PAUSE);
  whenBack(look);
}
