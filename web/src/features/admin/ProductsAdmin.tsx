import { useEffect, useState } from 'preact/hooks';
import { useWorkplace } from '../../shared/context';
import { messageOf } from '../../shared/http';
import type { Lane } from '../../shared/live/event';
import { fetchProducts, type Product } from '../../shared/products';
import { announce } from '../../shared/ui/announce';
import { changeProduct, type ProductChange } from './api';
import { fieldsOf, settingsFrom, type Field } from './settings';

const LANES: Lane[] = ['Stat', 'Urgent', 'Routine', 'Background'];

/** What each product does at this site: on or off, how urgent, with which settings. */
export function ProductsAdmin() {
  const { site } = useWorkplace();
  const [products, setProducts] = useState<Product[]>();
  const [error, setError] = useState('');
  const load = () => fetchProducts(site).then(setProducts, (failure) => setError(messageOf(failure)));
  useEffect(() => void load(), [site]);

  return (
    <section aria-labelledby="admin-products">
      <h2 id="admin-products">Products at site {site}</h2>
      <p role="alert" class="error">
        {error}
      </p>
      {products?.map((product) => (
        <ProductForm key={product.id} site={site} product={product} onChanged={load} />
      ))}
      {products?.length === 0 && <p class="muted">No product is installed.</p>}
    </section>
  );
}

function ProductForm({ site, product, onChanged }: { site: string; product: Product; onChanged: () => void }) {
  const [message, setMessage] = useState('');
  const [error, setError] = useState('');
  const fields = fieldsOf(product.settingsSchema, product.settings ?? {});

  const change = async (what: ProductChange, done: string) => {
    setError('');
    try {
      await changeProduct(site, product.id, what);
      setMessage(done);
      announce(`${product.name}: ${done}`);
      onChanged();
    } catch (failure) {
      setMessage('');
      setError(messageOf(failure));
    }
  };

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new Map([...new FormData(event.currentTarget as HTMLFormElement)].map(([k, v]) => [k, String(v)]));
    try {
      const settings = fields.length ? { settings: settingsFrom(fields, prefixed(form)) } : {};
      const deadline = Number(form.get('deadline'));
      const deadlineSeconds = deadline > 0 ? { deadlineSeconds: deadline } : {};
      void change({ lane: form.get('lane') as Lane, ...deadlineSeconds, ...settings }, 'saved.');
    } catch (failure) {
      setError(messageOf(failure));
    }
  };

  return (
    <article class="card" data-product={product.id}>
      <header class="row">
        <h3>
          {product.name} <small>{product.version}</small>
        </h3>
        {product.state && (
          <small>
            {product.state}
            {product.reason && `: ${product.reason}`}
          </small>
        )}
        <span class="spacer" />
        <label class="inline">
          <input
            type="checkbox"
            checked={product.enabled}
            onChange={(event) => {
              const enabled = event.currentTarget.checked;
              void change({ enabled }, enabled ? 'enabled.' : 'disabled.');
            }}
          />
          Enabled
        </label>
      </header>
      {product.description && <p class="muted">{product.description}</p>}
      <form onSubmit={submit} class="settings">
        <label>
          Lane
          <select name="lane" defaultValue={product.lane ?? 'Routine'}>
            {LANES.map((lane) => (
              <option key={lane} selected={lane === product.lane}>
                {lane}
              </option>
            ))}
          </select>
        </label>
        <label>
          Deadline, seconds
          <input
            name="deadline"
            type="number"
            min={1}
            step="any"
            defaultValue={String(product.deadlineSeconds ?? '')}
          />
        </label>
        {fields.map((field) => (
          <SettingField key={field.name} field={field} />
        ))}
        <div class="row">
          <button type="submit" class="primary">
            Save
          </button>
          <span role="status">{message}</span>
          <span role="alert" class="error">
            {error}
          </span>
        </div>
      </form>
    </article>
  );
}

const PREFIX = 'setting.';

const prefixed = (form: Map<string, string>) =>
  new Map([...form].flatMap(([k, v]) => (k.startsWith(PREFIX) ? [[k.slice(PREFIX.length), v] as const] : [])));

function SettingField({ field }: { field: Field }) {
  const name = PREFIX + field.name;
  const help = field.help && <small>{field.help}</small>;
  switch (field.kind) {
    case 'boolean':
      return (
        <label class="inline">
          <input type="checkbox" name={name} defaultChecked={field.value} /> {field.label} {help}
        </label>
      );
    case 'choice':
      return (
        <label>
          {field.label} {help}
          <select name={name}>
            {field.choices.map((choice) => (
              <option key={choice} selected={choice === field.value}>
                {choice}
              </option>
            ))}
          </select>
        </label>
      );
    case 'number':
      return (
        <label>
          {field.label} {help}
          <input
            name={name}
            type="number"
            min={field.min}
            max={field.max}
            step={field.whole ? 1 : 'any'}
            defaultValue={field.value}
          />
        </label>
      );
    case 'json':
      return (
        <label class="wide">
          {field.label} <small>JSON. {field.help}</small>
          <textarea name={name} rows={4} spellcheck={false} defaultValue={field.value} />
        </label>
      );
    default:
      return (
        <label>
          {field.label} {help}
          <input name={name} defaultValue={field.value} />
        </label>
      );
  }
}
