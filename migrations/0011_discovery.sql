-- What an organisation was told of is forgotten once nothing of it has it any more: what comes back is told again.
GRANT DELETE ON discovery TO qlrf_system;

-- What was found before anybody kept account of what was told is no news.
SET LOCAL ROLE qlrf_system;
INSERT INTO discovery (org_id, advisory_id, at)
SELECT DISTINCT f.org_id, m.advisory_id, now()
FROM (SELECT DISTINCT org_id, package_set_id FROM asset_fact WHERE upper_inf(recorded)) f
JOIN package_set s ON s.id = f.package_set_id
CROSS JOIN LATERAL unnest(s.package_ids) AS p (id)
JOIN package_match m ON m.package_id = p.id AND upper_inf(m.recorded)
ON CONFLICT DO NOTHING;
RESET ROLE;

-- A member that runs the installation leaves only while another one stays, which concerns all organisations.
GRANT DELETE ON member TO qlrf_system;
