// Was this made here? What the server knows of a picture that somebody has.
import * as api from './api.js';
import { lost } from './connection.js';
import { openDetail } from './detail.js';
import { byId, element, icon } from './element.js';
import { askForKey } from './key.js';
import { TYPES } from './picture-file.js';
import { time, word } from './words.js';

export function startOrigin() {
  byId('origin-button').addEventListener('click', open);
}

function open() {
  const dialog = byId('origin-dialog');
  const answer = element('div', { id: 'origin-answer', role: 'status' });
  const file = element('input.unseen', { id: 'origin-file', type: 'file', accept: TYPES.join(), 'aria-describedby': 'origin-help',
    onchange: ({ target }) => target.files.length > 0 && look(target.files[0], answer) });
  dialog.replaceChildren(
    element('button.quiet.close', { type: 'button', 'aria-label': word('close'), onclick: () => dialog.close() }, icon('close')),
    element('div.origin', {},
      element('h2', { id: 'origin-title' }, word('originTitle')),
      element('p.help', { id: 'origin-help' }, word('originHelp')),
      file,
      element('label.button', { htmlFor: 'origin-file' }, icon('picture'), word('choosePicture')),
      answer));
  dialog.showModal();
}

async function look(picture, answer) {
  answer.replaceChildren(element('p', {}, word('originLooking', picture.name)));
  try {
    answer.replaceChildren(...said(await api.verify(picture)));
  } catch (failure) {
    answer.replaceChildren(element('p.problem', {}, reason(failure)));
  }
}

function reason(failure) {
  if (failure instanceof api.Unreachable) {
    lost();
    return word('unreachable');
  } else if (!(failure instanceof api.Refusal)) {
    throw failure;
  } else if (failure.isAboutKey) {
    byId('origin-dialog').close();
    askForKey(failure.status === 403);
  } else if (failure.status === 413) {
    return word('pictureTooLarge');
  } else if (Array.isArray(failure.detail)) {
    return failure.detail.map(({ msg }) => api.sentence(msg)).join(' ');
  }
  return failure.message;
}

function said({ made_here: madeHere, matches, credentials, unreadable }) {
  const signed = [credentials.signer, credentials.problem].filter((part) => part !== null);
  return [
    element('p.verdict', {}, word('madeHere')[madeHere]),
    ...(matches.length > 0 ? [element('ul.matches', {}, ...matches.map((match) => element('li', {}, shown(match))))] : []),
    element('p', {}, `${word('credentials')[credentials.status]}${signed.length > 0 ? ` ${signed.join(' · ')}` : ''}`),
    ...(unreadable === null ? [] : [element('p.help', {}, unreadable)])];
}

function shown(match) {
  const at = time(match.made_at);
  return element('button', { type: 'button', 'aria-label': word('originOpen', at), onclick: () => {
    byId('origin-dialog').close();
    openDetail(match.batch_id, match.task_id);
  } }, element('img', { src: match.image_url, alt: '', width: 96, height: 96 }), element('span', {}, at));
}
