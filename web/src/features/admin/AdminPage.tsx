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
        idOf={(row) => text(row.name ?? row.user)}
        body={(form) => ({
          name: form.get('name'),
          password: form.get('password'),
          roles: form.getAll('roles'),
          sites: [site],
        })}
      >
        <label>
          Name <input name="name" required autocomplete="off" />
        </label>
        <label>
          Password <input name="password" type="password" required autocomplete="new-password" />
        </label>
        <label class="inline">
          <input type="checkbox" name="roles" value="reader" defaultChecked /> Reader
        </label>
        <label class="inline">
          <input type="checkbox" name="roles" value="admin" /> Administrator
        </label>
      </ListAdmin>
      <ListAdmin
        title="API keys"
        name="keys"
        idOf={(row) => text(row.id ?? row.name)}
        body={(form) => ({ name: form.get('name'), site, roles: ['reader'] })}
      >
        <label>
          For which machine <input name="name" required autocomplete="off" />
        </label>
      </ListAdmin>
      <ListAdmin title="Sites" name="sites" />
      <ListAdmin title="Audit" name="audit" parameters={{ site, limit: 200 }} />
    </main>
  );
}

const text = (value: unknown) => (value === undefined || value === null ? undefined : String(value));
