import { useEffect, useState } from 'preact/hooks';
import { useWorkplace } from '../../shared/context';
import { text, type Dataset } from '../../shared/dicomweb/dicomJson';
import { dicomDate, personName } from '../../shared/format';
import { messageOf } from '../../shared/http';

/** Finds the study of an accession number; where there are several, the reader chooses. */
export function AccessionPage({ accession, onStudy }: { accession: string; onStudy: (study: string) => void }) {
  const { dicomWeb, studyLink, follow } = useWorkplace();
  const [found, setFound] = useState<Dataset[]>();
  const [error, setError] = useState('');

  useEffect(() => {
    dicomWeb.studiesByAccession(accession).then(
      (studies) => {
        if (studies.length === 1) {
          onStudy(text(studies[0], '0020000D'));
        } else {
          setFound(studies);
        }
      },
      (failure) => setError(messageOf(failure)),
    );
  }, [accession, dicomWeb]);

  return (
    <main id="main" class="waiting" tabIndex={-1}>
      <h1>Accession {accession}</h1>
      {error && <p role="alert">{error}</p>}
      {!found && !error && <p>Looking for the study…</p>}
      {found?.length === 0 && <p role="alert">No study has this accession number.</p>}
      {found && found.length > 1 && (
        <ul class="choices">
          {found.map((study) => (
            <li key={text(study, '0020000D')}>
              <a href={studyLink(text(study, '0020000D'))} onClick={follow}>
                {personName(text(study, '00100010'))}, {dicomDate(text(study, '00080020'))} {text(study, '00081030')}
              </a>
            </li>
          ))}
        </ul>
      )}
    </main>
  );
}
