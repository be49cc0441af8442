import { apiOf } from './server'
import type { World } from './setup'

/** With a score and a fix. */
export const CVE = 'CVE-2024-11111'
/** Known to be exploited, without a fix, and with a text that is not one. */
export const EXPLOITED = 'CVE-2024-22222'

const advisory = (cve: string, name: string, summary: string, events: object[], severity: object[]) => ({
  id: `DSA-${cve}`, modified: '2024-02-01T00:00:00Z', published: '2024-01-01T00:00:00Z', aliases: [cve], summary, severity,
  affected: [{ package: { ecosystem: 'Debian:12', name }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, ...events] }] }],
})

export const ADVISORIES = [
  advisory(CVE, 'openssl', 'A buffer is read past its end', [{ fixed: '99:0' }], [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }]),
  advisory(EXPLOITED, 'bash', '<img src=x onerror=alert(1)>', [], []),
].map((record) => JSON.stringify(record)).join('\n')

const CATALOGUE = JSON.stringify({
  title: 'CISA Catalog of Known Exploited Vulnerabilities', catalogVersion: '2024.03.01', dateReleased: '2024-03-01T00:00:00Z', count: 1,
  vulnerabilities: [{ cveID: EXPLOITED, vendorProject: 'GNU', product: 'Bash', vulnerabilityName: 'Test', dateAdded: '2024-03-01', shortDescription: 'Test', requiredAction: 'Apply', dueDate: '2024-03-22', knownRansomwareCampaignUse: 'Unknown', notes: '' }],
})

/** Through the API; the same bytes again change nothing. */
export async function importAdvisories({ url, data }: World) {
  const send = apiOf(url, data)
  await send('/api/v1/feeds/osv/import?source=test', Buffer.from(ADVISORIES))
  await send('/api/v1/feeds/kev/import?source=test', Buffer.from(CATALOGUE))
}
