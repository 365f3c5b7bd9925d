import type { JsonSchema } from '../../shared/products';

export type Field =
  | { kind: 'boolean'; name: string; label: string; help: string; value: boolean }
  | {
      kind: 'number';
      name: string;
      label: string;
      help: string;
      value: string;
      min?: number;
      max?: number;
      whole: boolean;
    }
  | { kind: 'choice'; name: string; label: string; help: string; value: string; choices: string[] }
  | { kind: 'text'; name: string; label: string; help: string; value: string }
  | { kind: 'json'; name: string; label: string; help: string; value: string };

/** The fields of a flat settings schema; what is not flat is edited as JSON. */
export function fieldsOf(schema: JsonSchema | null | undefined, settings: Record<string, unknown>): Field[] {
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => {
    const label = property.title ?? name;
    const help = property.description ?? '';
    const value = settings[name] ?? property.default;
    const type = Array.isArray(property.type) ? property.type.find((t) => t !== 'null') : property.type;
    const text = value === undefined || value === null ? '' : String(value);
    if (property.enum) {
      return { kind: 'choice', name, label, help, value: text, choices: property.enum.map(String) };
    }
    switch (type) {
      case 'boolean':
        return { kind: 'boolean', name, label, help, value: value === true };
      case 'number':
      case 'integer': {
        const { minimum: min, maximum: max } = property;
        return { kind: 'number', name, label, help, value: text, min, max, whole: type === 'integer' };
      }
      case 'string':
        return { kind: 'text', name, label, help, value: text };
      default:
        return { kind: 'json', name, label, help, value: value === undefined ? '' : JSON.stringify(value, null, 2) };
    }
  });
}

/**
 * Settings from a form's texts: an empty field leaves the setting out, so that the product's own default holds.
 * Throws with the field's label where a text is no value of its kind.
 */
export function settingsFrom(fields: Field[], form: ReadonlyMap<string, string>): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const field of fields) {
    const text = form.get(field.name)?.trim() ?? '';
    if (field.kind === 'boolean') {
      settings[field.name] = text === 'on';
    } else if (text !== '') {
      settings[field.name] = parse(field, text);
    }
  }
  return settings;
}

function parse(field: Field, text: string): unknown {
  if (field.kind === 'number') {
    const number = Number(text);
    if (!Number.isFinite(number) || (field.whole && !Number.isInteger(number))) {
      throw new Error(`${field.label}: ${text} is not a ${field.whole ? 'whole ' : ''}number.`);
    }
    return number;
  }
  if (field.kind === 'json') {
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`${field.label} is not valid JSON.`);
    }
  }
  return text;
}
