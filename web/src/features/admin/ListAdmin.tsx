import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { words } from '../../shared/format';
import { ApiError, messageOf } from '../../shared/http';
import { create, fetchList, remove, type Row } from './api';

interface Props {
  title: string;
  /** Name in the API: users, keys, sites, audit. */
  name: string;
  parameters?: Record<string, string | number>;
  /** The fields of the form that adds one; none where the list is only read. */
  children?: ComponentChildren;
  /** The request that the form makes: a body, and the id where the reader chooses it. */
  request?: (form: FormData) => { id?: string; body: unknown };
  /** What to delete a row by; undefined where rows stay. */
  idOf?: (row: Row) => string | undefined;
  /** Columns that say nothing to a reader. */
  hidden?: string[];
}

/** An administrative list: its rows, a form that adds one, and a button that takes one away. */
export function ListAdmin({ title, name, parameters, children, request, idOf, hidden = [] }: Props) {
  const [rows, setRows] = useState<Row[]>();
  const [error, setError] = useState('');
  const [secret, setSecret] = useState('');
  const heading = `admin-${name}`;
  const load = () =>
    fetchList(name, parameters).then(setRows, (failure) => {
      const missing = failure instanceof ApiError && [404, 405, 501].includes(failure.status);
      setError(missing ? 'This host does not offer this list.' : messageOf(failure));
    });
  useEffect(() => void load(), [name]);

  const attempt = async (action: Promise<unknown>) => {
    setError('');
    try {
      const answer = (await action) as Row | undefined;
      const shownOnce = answer?.key ?? answer?.secret ?? answer?.token;
      setSecret(typeof shownOnce === 'string' ? shownOnce : '');
      await load();
      return true;
    } catch (failure) {
      setError(messageOf(failure));
      return false;
    }
  };

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const { id, body } = request!(new FormData(form));
    if (await attempt(create(name, id, body))) {
      form.reset();
    }
  };

  const columns = [...new Set((rows ?? []).flatMap(Object.keys))].filter((column) => !hidden.includes(column));
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      <p role="alert" class="error">
        {error}
      </p>
      {secret && (
        <p role="status" class="secret">
          Copy it now, it is shown only once: <code>{secret}</code>
        </p>
      )}
      {rows && rows.length > 0 && (
        <div class="scroll" tabIndex={0} role="group" aria-label={title}>
          <table>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {words(column.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase())}
                  </th>
                ))}
                {idOf && <td />}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, i) => {
                const id = idOf?.(row);
                return (
                  <tr key={id ?? i}>
                    {columns.map((column) => (
                      <td key={column} title={cell(row[column])}>
                        {cell(row[column])}
                      </td>
                    ))}
                    {idOf && (
                      <td>
                        {id && (
                          <button
                            type="button"
                            aria-label={`Remove ${id}`}
                            onClick={() => confirm(`Remove ${id}?`) && void attempt(remove(name, id))}
                          >
                            Remove
                          </button>
                        )}
                      </td>
                    )}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {rows?.length === 0 && <p class="muted">None.</p>}
      {rows && request && (
        <form class="adding" onSubmit={submit}>
          {children}
          <button type="submit">Add</button>
        </form>
      )}
    </section>
  );
}

function cell(value: unknown): string {
  if (value === null || value === undefined) {
    return '';
  }
  if (Array.isArray(value)) {
    return value.map(cell).join(', ');
  }
  if (typeof value === 'object') {
    return JSON.stringify(value);
  }
  const text = String(value);
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? text.slice(0, 19).replace('T', ' ') : text;
}
