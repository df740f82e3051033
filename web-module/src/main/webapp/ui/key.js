// The key that requests are sent with, where the server asks for one.
import { byId, element, icon } from './element.js';
import { word } from './words.js';

const STORED = 'zimage.key';
let current = sessionStorage.getItem(STORED) ?? localStorage.getItem(STORED);

export function key() {
  return current;
}

function use(entered, remember) {
  current = entered;
  sessionStorage.removeItem(STORED);
  localStorage.removeItem(STORED);
  if (entered) {
    (remember ? localStorage : sessionStorage).setItem(STORED, entered);
  }
}

/**
 * Asks for the key.
 *
 * @param {boolean} refused whether the server did not accept the present one
 */
export function askForKey(refused) {
  const dialog = byId('key-dialog');
  if (dialog.open) {
    return;
  }
  const input = element('input', { id: 'key-input', type: 'password', autocomplete: 'off', spellcheck: false,
    required: true, 'aria-describedby': 'key-help key-problem' });
  const remember = element('input', { type: 'checkbox', checked: localStorage.getItem(STORED) !== null });
  const problem = element('p.problem',
    { id: 'key-problem', role: 'alert', hidden: !refused || !current }, word('keyWrong'));
  dialog.replaceChildren(element('form', { method: 'dialog', onsubmit: () => {
    use(input.value.trim(), remember.checked);
    location.reload();
  } },
  element('button.quiet.close', { type: 'button', 'aria-label': word('close'), onclick: () => dialog.close() },
    icon('close')),
  element('h2', { id: 'key-title' }, word('keyTitle')),
  element('p.help', { id: 'key-help' }, word('keyHelp')),
  element('div.field', {}, element('label', { htmlFor: 'key-input' }, word('keyLabel')), input, problem),
  element('label.check', {}, remember, element('span', {}, word('keyRemember'))),
  element('div.actions', {},
    element('button.primary', { type: 'submit' }, word('keyUse')),
    current ? element('button', { type: 'button', onclick: () => {
      use(null);
      location.reload();
    } }, word('keyForget')) : null)));
  dialog.showModal();
  input.focus();
}

/** The button in the head of the page is there as soon as keys play a part. */
export function showKeyButton() {
  const button = byId('key-button');
  button.hidden = false;
  button.onclick = () => askForKey(false);
}
