// What the head of the page says about the server.
import { offerAdapters } from './adapters.js';
import * as api from './api.js';
import { whenBack } from './connection.js';
import { byId } from './element.js';
import { offerModels } from './models.js';
import { limit, suggest } from './prompt.js';
import { word } from './words.js';

const PAUSE = 15000;

/** What the server said last. */
let status = { workers: [] };

async function look() {
  if (document.hidden) {
    return;
  }
  try {
    status = await api.system();
    limit(status.limits);
    show(status);
    offerModels(status.models);
    suggestDefaults();
  } catch {
    // What is wrong is said where something is wanted
    byId('system').textContent = '';
  }
}

/** What the chosen model takes for fields that stay empty. */
function suggestDefaults() {
  const chosen = byId('model').value;
  const worker = status.workers.find(({ model }) => model === chosen);
  suggest((chosen === '' ? status.defaults : worker?.card.defaults) ?? {});
}

/** The list of adapters is read at the start, and while it is to be seen. */
async function lookForAdapters() {
  try {
    offerAdapters((await api.loras()).map(({ name }) => name));
  } catch {
    // The adapters that were there before stay
  }
}

function lookForAdaptersIfSeen() {
  if (byId('advanced').open && !document.hidden) {
    lookForAdapters();
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
  lookForAdapters();
  setInterval(look, PAUSE);
  setInterval(lookForAdaptersIfSeen, PAUSE);
  byId('advanced').addEventListener('toggle', lookForAdaptersIfSeen);
  byId('model').addEventListener('input', suggestDefaults);
  whenBack(() => {
    look();
    lookForAdapters();
  });
}
