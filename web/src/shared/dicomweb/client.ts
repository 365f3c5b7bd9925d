import { query, request } from '../http';
import { text, type Dataset } from './dicomJson';

/** QIDO-RS and WADO-RS of one site. */
export class DicomWeb {
  constructor(readonly root: string) {}

  /** The root of a site: the default site has the short path. */
  static ofSite(site: string): DicomWeb {
    const path = site === 'default' ? '/dicomweb' : `/sites/${encodeURIComponent(site)}/dicomweb`;
    return new DicomWeb(new URL(path, location.origin).href);
  }

  study(uid: string): Promise<Dataset | undefined> {
    return this.search('/studies', { StudyInstanceUID: uid, includefield: '00081030,00080061' }).then(
      (found) => found[0],
    );
  }

  studiesByAccession(accession: string): Promise<Dataset[]> {
    return this.search('/studies', { AccessionNumber: accession, includefield: '00081030' });
  }

  series(study: string): Promise<Dataset[]> {
    return this.search(`/studies/${study}/series`, { includefield: '0008103E,00201209,00080021,00080031' });
  }

  /** The series that an instance of the study is in. */
  async seriesOf(study: string, sop: string): Promise<string | undefined> {
    const [instance] = await this.search(`/studies/${study}/instances`, { SOPInstanceUID: sop, limit: '1' });
    return instance && text(instance, '0020000E');
  }

  seriesMetadata(study: string, series: string): Promise<Dataset[]> {
    return this.search(`/studies/${study}/series/${series}/metadata`, {});
  }

  thumbnailUrl(study: string, series: string, size: number): string {
    return `${this.root}/studies/${study}/series/${series}/thumbnail?viewport=${size},${size}`;
  }

  frameUrl(study: string, series: string, sop: string, frame: number): string {
    return `${this.root}/studies/${study}/series/${series}/instances/${sop}/frames/${frame + 1}`;
  }

  private async search(path: string, parameters: Record<string, string>): Promise<Dataset[]> {
    const response = await request(this.root + path + query(parameters), {
      headers: { Accept: 'application/dicom+json' },
    });
    return response.status === 204 ? [] : ((await response.json()) as Dataset[]);
  }
}
