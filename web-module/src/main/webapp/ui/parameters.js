// The parameters that few people change. Each is declared here alone: its input, its limits, its words.
import { adapters } from './adapters.js';
import { byId, element } from './element.js';
import { models } from './models.js';
import { language, word } from './words.js';

/** A number that may be left out. */
const number = (min, max, step) => ({
  make: (name) => element('input', { id: name, name, type: 'number', min, max, step, placeholder: '–',
    'aria-describedby': `${name}-error` }),
  read: (input) => (input.value === '' ? null : Number(input.value)),
  fill: (input, value) => {
    input.value = value ?? '';
  },
  problem: (value) => (value !== null && (value < min || value > max) ? word('between', min, max) : null),
  fact: (value) => value,
});

/** A number of which 0 and 1 are no and yes in results. */
const noYesOrNumber = (min, max, step) => ({
  ...number(min, max, step),
  after: (name) => [element('p.help', {}, word(`${name}Help`))],
  fill: (input, value) => {
    input.value = value === null ? '' : Number(value);
  },
  fact: (value) => (typeof value === 'boolean' ? word(value ? 'yes' : 'no') : value),
});

/** Something that is left out while it is on. */
const onOrLeftOff = {
  make: (name) => element('input', { id: name, name, type: 'checkbox', checked: true }),
  read: (input) => (input.checked ? null : false),
  fill: (input, value) => {
    input.checked = value !== false;
  },
  problem: () => null,
  fact: (value) => (value === false ? word('no') : null),
};

/** Something that is left out while it is off. */
const offOrOn = {
  make: (name) => element('input', { id: name, name, type: 'checkbox' }),
  read: (input) => (input.checked ? true : null),
  fill: (input, value) => {
    input.checked = value === true;
  },
  problem: () => null,
  fact: () => null,
};

/** One of some values, or left out; with a sentence of help where there is one. */
const choice = (values, label = String, hasHelp = false) => ({
  make: (name) => element('select', { id: name, name, 'aria-describedby': `${hasHelp ? `${name}-help ` : ''}${name}-error` },
    ...['', ...values].map((value) => element('option', { value }, value === '' ? '–' : label(value)))),
  after: (name) => (hasHelp ? [element('p.help', { id: `${name}-help` }, word(`${name}Help`))] : []),
  read: (select) => (select.value === '' ? null : select.value),
  fill: (select, value) => {
    select.value = value ?? '';
  },
  problem: () => null,
  fact: (value) => value,
});

/** A period in seconds, or left out; results have the time of its end instead. */
const period = (...seconds) => ({
  ...choice(seconds, (value) => word('periods')[value], true),
  read: (select) => (select.value === '' ? null : Number(select.value)),
  fact: () => null,
});

/** A number that is shown beside its slider, and belongs to the start picture: without one it is left out. */
const slider = (min, max, step, usual) => {
  const show = (input) => {
    input.nextElementSibling.value = input.value;
  };
  return {
    place: 'start-parameters',
    make: (name) => element('input', { id: name, name, type: 'range', min, max, step, value: usual,
      'aria-describedby': `${name}-help ${name}-error`, oninput: ({ target }) => show(target) }),
    after: (name) => [element('output', { htmlFor: name, 'aria-hidden': 'true' }, String(usual)),
      element('p.help', { id: `${name}-help` }, word(`${name}Help`))],
    read: (input) => (input.matches(':disabled') ? null : Number(input.value)),
    fill: (input, value) => {
      input.value = value ?? usual;
      show(input);
    },
    problem: () => null,
    fact: (value) => value,
  };
};

/** Something that is on unless it is taken off, and belongs to the mask: without one it is left out. */
const onUnlessOff = {
  place: 'mask-parameters',
  make: (name) => element('input', { id: name, name, type: 'checkbox', checked: true }),
  read: (input) => (input.matches(':disabled') ? null : input.checked),
  fill: (input, value) => {
    input.checked = value !== false;
  },
  problem: () => null,
  fact: (value) => (value === null ? null : word(value ? 'yes' : 'no')),
};

const PARAMETERS = [
  { name: 'model', label: { en: 'Model', zh: '模型' }, ...models },
  { name: 'cfg_truncation', label: { en: 'Guidance until', zh: '引导截止' }, ...number(0, 1, 0.05) },
  { name: 'max_sequence_length', label: { en: 'Prompt tokens', zh: '提示词长度上限' }, ...number(1, 1024, 1) },
  { name: 'noise', label: { en: 'Noise', zh: '噪声' }, ...choice(['cpu', 'cuda']) },
  { name: 'cfg_normalization', label: { en: 'Normalise guidance', zh: '引导归一化' }, ...noYesOrNumber(0, 100, 0.05) },
  { name: 'embed_parameters', label: { en: 'Prompt in the PNG', zh: '在 PNG 中写入提示词' }, ...onOrLeftOff },
  { name: 'reuse', label: { en: 'If I have this very picture, show that', zh: '已有同一图片时直接使用' }, ...offOrOn },
  { name: 'expires_in', label: { en: 'Remove after', zh: '多久后删除' }, ...period(3600, 86400, 604800, 2592000, 31536000) },
  { name: 'strength', label: { en: 'Strength', zh: '改动强度' }, ...slider(0.05, 1, 0.05, 0.6) },
  { name: 'preserve_unmasked', label: { en: 'Keep the rest exactly', zh: '其余部分保持原样' }, ...onUnlessOff },
  { name: 'loras', label: { en: 'Adapters', zh: 'LoRA 适配器' }, ...adapters },
];

/** Their names, as requests and results have them. */
export const NAMES = PARAMETERS.map(({ name }) => name);

/** Puts their inputs into the form. */
export function makeParameters() {
  for (const { name, label, place, make, made, after } of PARAMETERS) {
    const input = make(name, label[language]);
    if (input.tagName === 'FIELDSET') {
      byId(place).append(input, element('p.problem', { id: `${name}-error`, hidden: true }));
      continue;
    }
    byId(place ?? 'parameters').append(input.type === 'checkbox'
      ? element('label.check', {}, input, element('span', {}, label[language]))
      : element('div.field', {}, element('label', { htmlFor: name }, label[language]), input, ...(after?.(name) ?? []),
        element('p.problem', { id: `${name}-error`, hidden: true })));
    made?.(input);
  }
}

/** Shows what the model takes where nothing is filled in. */
export function suggestParameters(defaults) {
  const own = defaults.cfg_normalization;
  byId('cfg_normalization').placeholder = own === undefined ? '–' : String(Number(own));
}

/** What stands in their inputs, by their names; null for what is left out. */
export function readParameters() {
  return Object.fromEntries(PARAMETERS.map(({ name, read }) => [name, read(byId(name))]));
}

/** @param {Object} values by their names */
export function fillInParameters(values) {
  PARAMETERS.forEach(({ name, fill }) => fill(byId(name), values[name] ?? null));
}

/** Puts one value into its input. */
export function fillInParameter(name, value) {
  PARAMETERS.find((parameter) => parameter.name === name).fill(byId(name), value);
}

/** @returns those that are wrong, each with the reason */
export function findWrongParameters(values) {
  return PARAMETERS.map(({ name, problem }) => [name, problem(values[name])]).filter(([, reason]) => reason !== null);
}

/** @returns the label and the text of each that a result has */
export function parameterFacts(values) {
  return PARAMETERS.map(({ name, label, fact }) => [label[language], fact(values[name] ?? null)]);
}
