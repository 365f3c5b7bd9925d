import { useState } from 'preact/hooks';
import { ApiError, messageOf } from '../../shared/http';
import { logIn } from './session';

export function LoginForm({ onDone }: { onDone: () => void }) {
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setError('');
    try {
      await logIn(String(form.get('user')), String(form.get('password')));
      onDone();
    } catch (failure) {
      const wrong = failure instanceof ApiError && (failure.status === 401 || failure.status === 400);
      setError(wrong ? 'User name or password is wrong.' : messageOf(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main class="login">
      <form class="card" onSubmit={submit} aria-labelledby="login-title">
        <h1 id="login-title">Sign in to QureHost</h1>
        <label>
          User name
          <input name="user" autocomplete="username" required autofocus />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <p role="alert" class="error">
          {error}
        </p>
        <button type="submit" class="primary" disabled={busy}>
          Sign in
        </button>
      </form>
    </main>
  );
}
