// The parameters that few people change. Each is declared here alone: its input, its limits, its words.
import { byId, element } from './element.js';
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

/** Something that is on, or left out. */
const onOrOff = {
  make: (name) => element('input', { id: name, name, type: 'checkbox' }),
  read: (input) => (input.checked ? true : null),
  fill: (input, value) => {
    input.checked = value === true;
  },
  problem: () => null,
  fact: (value) => (value === true ? word('yes') : null),
};

/** One of some words, or left out. */
const choice = (...values) => ({
  make: (name) => element('select', { id: name, name, 'aria-describedby': `${name}-error` },
    ...['', ...values].map((value) => element('option', { value }, value === '' ? '–' : value))),
  read: (select) => (select.value === '' ? null : select.value),
  fill: (select, value) => {
    select.value = value ?? '';
  },
  problem: () => null,
  fact: (value) => value,
});

const PARAMETERS = [
  { name: 'cfg_truncation', label: { en: 'Guidance until', zh: '引导截止' }, ...number(0, 1, 0.05) },
  { name: 'max_sequence_length', label: { en: 'Prompt tokens', zh: '提示词长度上限' }, ...number(1, 1024, 1) },
  { name: 'noise', label: { en: 'Noise', zh: '噪声' }, ...choice('cpu', 'cuda') },
  { name: 'cfg_normalization', label: { en: 'Normalise guidance', zh: '引导归一化' }, ...onOrOff },
];

/** Their names, as requests and results have them. */
export const NAMES = PARAMETERS.map(({ name }) => name);

/** Puts their inputs into the form. */
export function makeParameters() {
  byId('parameters').append(...PARAMETERS.map((parameter) => {
    const input = parameter.make(parameter.name);
    const label = parameter.label[language];
    return input.type === 'checkbox' ? element('label.check', {}, input, element('span', {}, label))
      : element('div.field', {}, element('label', { htmlFor: parameter.name }, label), input,
        element('p.problem', { id: `${parameter.name}-error`, hidden: true }));
  }));
}

/** What stands in their inputs, by their names; null for what is left out. */
export function readParameters() {
  return Object.fromEntries(PARAMETERS.map(({ name, read }) => [name, read(byId(name))]));
}

/** @param {Object} values by their names */
export function fillInParameters(values) {
  PARAMETERS.forEach(({ name, fill }) => fill(byId(name), values[name] ?? null));
}

/** @returns those that are wrong, each with the reason */
export function findWrongParameters(values) {
  return PARAMETERS.map(({ name, problem }) => [name, problem(values[name])]).filter(([, reason]) => reason !== null);
}

/** @returns the label and the text of each that a result has */
export function parameterFacts(values) {
  return PARAMETERS.map(({ name, label, fact }) => [label[language], fact(values[name] ?? null)]);
}
