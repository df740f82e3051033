// The adapters (LoRA) that the server has: each may be added to the model, more or less.
import { byId, element } from './element.js';
import { word } from './words.js';

const MOST = 2; // requests may have up to 4, which hardly any adapter is made for
const USUAL = 1;

/** As a result or a draft has them; also those that the list does not have yet, or not any more. */
let wanted = [];

function strengthOf(name) {
  return wanted.find((each) => each.name === name)?.strength;
}

function change(name, strength) {
  wanted = wanted.filter((each) => each.name !== name);
  if (strength !== null) {
    wanted.push({ name, strength });
  }
}

function row(name) {
  const strength = strengthOf(name);
  const shown = element('output', { htmlFor: `lora-${name}`, 'aria-hidden': 'true' }, String(strength ?? USUAL));
  const slider = element('input', { id: `lora-${name}`, type: 'range', min: -MOST, max: MOST, step: 0.05, value: strength ?? USUAL,
    disabled: strength === undefined, 'aria-label': word('adapterStrength', name), oninput: ({ target }) => {
      shown.value = target.value;
      change(name, Number(target.value));
    } });
  const box = element('input', { type: 'checkbox', checked: strength !== undefined, oninput: ({ target }) => {
    slider.disabled = !target.checked;
    change(name, target.checked ? Number(slider.value) : null);
  } });
  return element('div.adapter', {}, element('label.check', {}, box, element('span', {}, name)), slider, shown);
}

function fillList(group) {
  group.querySelector('.adapters').replaceChildren(...group.names.map(row));
  group.hidden = group.names.length === 0;
}

/** Takes over which adapters the server has. */
export function offerAdapters(names) {
  const group = byId('loras');
  if (group.names.join('\n') !== names.join('\n')) {
    group.names = names;
    fillList(group);
  }
}

/** How they are put into the form, read and shown, as a parameter. */
export const adapters = {
  place: 'adapters',
  make: (name, label) => Object.assign(element('fieldset.field', { id: name, hidden: true },
    element('legend', {}, label), element('div.adapters')), { names: [] }),
  read: (group) => {
    const known = wanted.filter(({ name }) => group.names.length === 0 || group.names.includes(name));
    return known.length === 0 ? null : known.map(({ name, strength }) => ({ name, strength }));
  },
  fill: (group, value) => {
    wanted = (value ?? []).map(({ name, strength }) => ({ name, strength: strength ?? USUAL }));
    fillList(group);
  },
  problem: () => null,
  fact: (value) => value?.map(({ name, strength }) => `${name} ${strength}`).join(', '),
};
