import { useWorkplace } from '../../shared/context';
import { ListAdmin } from './ListAdmin';
import { ProductsAdmin } from './ProductsAdmin';
import './admin.css';

export function AdminPage() {
  const { site, admin } = useWorkplace();
  if (!admin) {
    return (
      <main id="main" class="waiting" tabIndex={-1}>
        <p role="alert">This page is for administrators.</p>
      </main>
    );
  }
  return (
    <main id="main" class="admin" tabIndex={-1}>
      <h1>Administration</h1>
      <ProductsAdmin />
      <ListAdmin
        title="Users"
        name="users"
        idOf={(row) => text(row.name)}
        request={(form) => ({
          id: String(form.get('name')),
          body: { password: form.get('password'), roles: form.getAll('roles'), sites: [site] },
        })}
      >
        <label>
          Name <input name="name" required maxLength={64} autocomplete="off" />
        </label>
        <label>
          Password <input name="password" type="password" required minLength={10} autocomplete="new-password" />
        </label>
        <Roles roles={['reader', 'admin']} chosen="reader" />
      </ListAdmin>
      <ListAdmin
        title="API keys"
        name="keys"
        idOf={(row) => text(row.id)}
        request={(form) => ({ body: { name: form.get('name'), site, roles: form.getAll('roles') } })}
      >
        <label>
          For which machine <input name="name" required maxLength={64} autocomplete="off" />
        </label>
        <Roles roles={['sender', 'reader', 'admin']} chosen="sender" />
      </ListAdmin>
      <ListAdmin
        title="Sites"
        name="sites"
        idOf={(row) => (row.id === 'default' ? undefined : text(row.id))}
        request={(form) => ({
          id: String(form.get('id')),
          body: {
            name: form.get('name'),
            aeTitles: list(form.get('aeTitles')),
            addresses: list(form.get('addresses')),
          },
        })}
      >
        <label>
          Id <input name="id" required pattern="[a-z0-9\-]{1,32}" title="a-z, 0-9 and -" autocomplete="off" />
        </label>
        <label>
          Name <input name="name" required autocomplete="off" />
        </label>
        <label>
          AE titles <input name="aeTitles" autocomplete="off" placeholder="CT1, PACS" />
        </label>
        <label>
          Addresses <input name="addresses" autocomplete="off" placeholder="10.0.0.5" />
        </label>
      </ListAdmin>
      <ListAdmin title="Audit" name="audit" parameters={{ limit: 200 }} hidden={['id']} />
    </main>
  );
}

function Roles({ roles, chosen }: { roles: string[]; chosen: string }) {
  return (
    <>
      {roles.map((role) => (
        <label key={role} class="inline">
          <input type="checkbox" name="roles" value={role} defaultChecked={role === chosen} /> {role}
        </label>
      ))}
    </>
  );
}

const list = (value: FormDataEntryValue | null) =>
  String(value ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

const text = (value: unknown) => (value === undefined || value === null ? undefined : String(value));
