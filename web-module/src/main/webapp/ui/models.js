// The models that the server has: where there are several, people choose one.
import { byId, element } from './element.js';
import { word } from './words.js';

/** As a result or a draft has it; also one that the list does not have yet, or not any more. */
let wanted = null;
let offered = [];

/** The default has no name of its own in a request: the server may have another one tomorrow. */
const valueOf = ({ name, default: isDefault }) => (isDefault ? '' : name);

function fillList(select) {
  select.replaceChildren(...offered.map((model) => element('option', { value: valueOf(model) },
    model.default ? word('byDefault', model.name) : model.name)));
  const model = offered.find(({ name }) => name === wanted) ?? offered.find((each) => each.default);
  select.value = model ? valueOf(model) : '';
  select.closest('.field').hidden = offered.length < 2;
}

/** Takes over which models the server has. */
export function offerModels(models) {
  const served = models.filter(({ workers }) => workers > 0).map(({ name, default: isDefault }) => ({ name, default: isDefault }));
  if (JSON.stringify(served) !== JSON.stringify(offered)) {
    offered = served;
    fillList(byId('model'));
  }
}

/** How they are put into the form, read and shown, as a parameter. */
export const models = {
  make: (name) => element('select', { id: name, name, 'aria-describedby': `${name}-error`, oninput: ({ target }) => {
    wanted = target.value === '' ? null : target.value;
  } }),
  made: fillList,
  read: () => (offered.length === 0 || offered.some((model) => valueOf(model) === wanted) ? wanted : null),
  fill: (select, value) => {
    wanted = value;
    fillList(select);
  },
  problem: () => null,
  fact: (value) => value,
};
