import { useEffect, useState } from 'preact/hooks';
import { useWorkplace } from '../../shared/context';
import { dicomTime, words } from '../../shared/format';
import { messageOf } from '../../shared/http';
import type { Finding } from '../../shared/results';
import { addReport, fetchReports, type Report } from './api';
import { pieces, type Span } from './spans';
import './reports.css';

interface Props {
  study: string;
  modality: string | undefined;
  /** Grows when a report was added. */
  revision: number;
  /** Findings read from text, of every report. */
  findings: Finding[];
}

const PRESENCE = {
  Present: { mark: '+', words: 'present' },
  Absent: { mark: '−', words: 'denied' },
  Indeterminate: { mark: '?', words: 'uncertain' },
  NotAssessed: { mark: '·', words: 'not assessed' },
};

export function ReportsPanel({ study, modality, revision, findings }: Props) {
  const { site } = useWorkplace();
  const [reports, setReports] = useState<Report[]>();
  const [error, setError] = useState('');
  const [added, setAdded] = useState(0);

  useEffect(() => {
    let gone = false;
    fetchReports(site, study).then(
      (list) => !gone && setReports(list),
      (failure) => !gone && setError(messageOf(failure)),
    );
    return () => {
      gone = true;
    };
  }, [site, study, revision, added]);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const text = String(new FormData(form).get('text')).trim();
    if (!text) {
      return;
    }
    setError('');
    try {
      await addReport(site, study, text, modality);
      form.reset();
      setAdded((n) => n + 1);
    } catch (failure) {
      setError(messageOf(failure));
    }
  };

  return (
    <div class="reports">
      <p role="alert" class="error">
        {error}
      </p>
      {reports?.map((report) => (
        <ReportView
          key={report.reportId}
          report={report}
          findings={findings.filter(({ text }) => text?.reportId === report.reportId)}
        />
      ))}
      {reports?.length === 0 && <p class="muted">No report on this study yet.</p>}
      <form onSubmit={submit}>
        <label>
          <h2>Add a report</h2>
          <textarea name="text" rows={7} required placeholder="Plain text of the report" />
        </label>
        <button type="submit" class="primary">
          Add
        </button>
      </form>
    </div>
  );
}

function ReportView({ report, findings }: { report: Report; findings: Finding[] }) {
  const spans: Span<Finding>[] = findings.flatMap((finding) =>
    finding.text ? [{ start: finding.text.start, length: finding.text.length, value: finding }] : [],
  );
  const when = report.addedAt ? `${report.addedAt.slice(0, 10)} ${dicomTime(report.addedAt.slice(11))}` : '';
  return (
    <article class="report" data-report={report.reportId}>
      <small>{[report.source, when].filter(Boolean).join(' · ')}</small>
      <p class="report-text">
        {pieces(report.text, spans).map(({ text, start, values }) =>
          values.length ? (
            <mark key={start} class={values[0].presence.toLowerCase()} title={values.map(say).join(', ')}>
              {text}
              <span class="unseen"> ({values.map(say).join(', ')})</span>
            </mark>
          ) : (
            text
          ),
        )}
      </p>
      {findings.length > 0 && (
        <ul class="read" aria-label="Read from this report">
          {findings.map((finding) => (
            <li key={finding.id} class={`chip ${finding.presence.toLowerCase()}`} data-finding={finding.name}>
              <b aria-hidden="true">{PRESENCE[finding.presence].mark}</b> {say(finding)}
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}

const say = (finding: Finding) =>
  `${words(finding.name)}${finding.laterality ? ` ${finding.laterality.toLowerCase()}` : ''} ${PRESENCE[finding.presence].words}`;
