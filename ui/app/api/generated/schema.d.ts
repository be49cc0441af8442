// Generated from openapi/qlrf.json by `npm run gen`; do not edit.
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The web application, or the plain overview page where it was not built in. */
        get: operations["page"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events in the order in which they became true, from a position on. */
        get: operations["activity_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every asset that the filter accepts. */
        get: operations["asset_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every asset that the filter accepts, by name. */
        get: operations["asset_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many assets have which value of several keys at once. */
        get: operations["asset_facets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many assets have each value of a dimension, with their drift. Largest first. */
        get: operations["asset_groups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/suggest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Keys and values that may follow in a half-written filter, with the assets that each would leave (20, at most 100). */
        get: operations["asset_suggest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One asset with every fact. */
        get: operations["asset_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed of an asset between two moments. */
        get: operations["asset_compare"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{id}/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Drift of one asset, explained to package, service and setting. */
        get: operations["drift_explain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest hundred moments of an asset, each with what changed. */
        get: operations["asset_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{id}/join": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a split back: the identities of the asset decide again. Answers the asset that it is part of now. */
        post: operations["asset_join"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{id}/packages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Packages of an asset. The total is absent from an asset whose software is not known: that is a 404. */
        get: operations["asset_packages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{id}/relations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an asset hangs together with: its image, its group, its hypervisor, its volumes. */
        get: operations["asset_relations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{id}/sbom": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The packages of an asset as CycloneDX or SPDX. An asset whose software is not known has none: 404. */
        get: operations["asset_sbom"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{id}/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes what one source sees out of an asset: from now on it is an asset of its own, whatever it claims to be. Answers
         *     the asset that is left.
         */
        post: operations["asset_split"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{id}/vulnerabilities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one asset has, rated for its own packages. The most urgent first. */
        get: operations["asset_vulnerabilities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The trail, newest first. A `begin` without its `end` is a request whose outcome nobody knows. */
        get: operations["audit_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The whole trail as JSON lines, from the first row on: `qlrf audit verify --file` proves it without a server. */
        get: operations["audit_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Recomputes the whole chain and names the first row that does not hold. */
        get: operations["audit_verify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connectors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All connectors, by name. */
        get: operations["connector_list"];
        put?: never;
        /** Adds a connector. With an interval its first sync starts at once. */
        post: operations["connector_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connectors/kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Kinds of connectors that this version can make, with the schema of their configuration. */
        get: operations["kind_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connectors/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["connector_view"];
        put?: never;
        post?: never;
        /** Deletes a connector. Its assets leave the estate; what was believed of them stays in the history. */
        delete: operations["connector_delete"];
        options?: never;
        head?: never;
        /** Changes configuration or schedule. */
        patch: operations["connector_change"];
        trace?: never;
    };
    "/api/v1/connectors/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stops the collection that waits or runs. What it wrote by then is kept, and nothing is removed; one that runs ends within seconds. */
        post: operations["connector_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connectors/{id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stops its schedule and what it is collecting; what it collected stays, and grows older. */
        post: operations["connector_disable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connectors/{id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["connector_enable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connectors/{id}/facts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes in a bundle as `qlrf collect` writes it. Its facts are as old as it says. */
        post: operations["facts_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connectors/{id}/freshness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["connector_freshness_view"];
        /** Gives a connector a budget of its own: an edge site that is on the network once a day has more time than a cloud. */
        put: operations["connector_freshness_set"];
        post?: never;
        /** From now on the organisation's budget holds for it. */
        delete: operations["connector_freshness_clear"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connectors/{id}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks for a collection. One that waits already is shared. */
        post: operations["connector_sync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connectors/{id}/syncs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The collections of a connector, newest first. With `as_of`: those that had been asked for by then, as they ended. */
        get: operations["sync_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connectors/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says what the connector can see and what it lacks, within ten seconds, without collecting anything. */
        post: operations["connector_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every scope: when it was last listed completely, how old that is, and why the last attempt was not complete. */
        get: operations["scope_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/coverage/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many scopes are complete and fresh out of all, and how many assets rest on them. */
        get: operations["coverage_summary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cve/ingest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Imports OSV records: one object, or an array of them. */
        post: operations["cve_ingest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Drift of every asset, the worst first. */
        get: operations["drift_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/detect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Judges every asset again. It also happens by itself whenever facts or images change. */
        post: operations["drift_detect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Drift of every asset that the filter accepts, by name. */
        get: operations["drift_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What drift opened and closed on each day, from facts. */
        get: operations["drift_reports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How much of the estate runs what it should, with denominators. */
        get: operations["drift_summary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/top-offenders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What to look at first. */
        get: operations["drift_top_offenders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drift/trends": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** States over time, from facts: one point a day. */
        get: operations["drift_trends"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/environments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every environment that is declared or that an asset carries, with how many do. */
        get: operations["environment_list"];
        put?: never;
        /** Declares it. No asset changes. */
        post: operations["environment_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/environments/{environment}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["environment_view"];
        /**
         * Says all of it anew. Another name changes no asset: those that carry the old word are undeclared from then on. With
         *     `If-Match`, only the version whose `etag` it is.
         */
        put: operations["environment_set"];
        post?: never;
        /** Assets keep the word, which is undeclared from then on. Answers what was deleted. */
        delete: operations["environment_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Server-sent events, each a CloudEvent. After an interruption `Last-Event-ID` continues without a gap; an event
         *     `resync` says that the gap is too old and that state must be read anew.
         */
        get: operations["event_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feeds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every feed that this version knows, the empty ones included. */
        get: operations["feed_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feeds/{feed}/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Imports the body as it is: OSV (zip, JSON, JSON lines), KEV (JSON, CSV) or EPSS (CSV), packed with gzip or zstd or
         *     not. All of it, or nothing.
         */
        post: operations["feed_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feeds/{feed}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the feed was fetched and imported lately: the newest 200 runs of all its sources, of the last 90 days. */
        get: operations["feed_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/feeds/{feed}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Fetches a feed from its publisher and imports it. Answers at once; `GET /feeds` tells how it goes. */
        post: operations["feed_sync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/identity-conflicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Identities that several assets claim and that make none of them the same machine; the newest 200. */
        get: operations["identity_conflict_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Versions of golden images with the assets that run each. With `as_of`: those that were registered by then, with the
         *     status that they had and what ran them then.
         */
        get: operations["image_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/families": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Families with the newest version of each status and the assets that run any of them. */
        get: operations["image_families"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/matrix": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which versions run where, with what is known to be wrong there and for how long. At most 500 versions and the 50
         *     columns with the most assets; the totals say what was left out.
         */
        get: operations["image_matrix"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/platform/{platform}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every version that can be started on a platform, with its places there. */
        get: operations["image_on_platform"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/starter": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A first contract (form A, YAML), written from what was seen of one asset; to be edited and registered. */
        get: operations["image_starter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads a contract and stores nothing. */
        post: operations["image_validate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{image}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["image_view"];
        put?: never;
        /** Registers a version. The body is a contract of any form, in YAML or JSON. The same contract again answers 200. */
        post: operations["image_register"];
        /** Removes a draft that nobody runs. Answers what was removed. */
        delete: operations["image_delete"];
        options?: never;
        head?: never;
        /** Moves a version along its life cycle: draft → testing → production → deprecated → retired. */
        patch: operations["image_change"];
        trace?: never;
    };
    "/api/v1/images/{image}/contract": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The contract exactly as it was sent. */
        get: operations["image_contract"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{image}/coordinates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["image_coordinates"];
        put?: never;
        /** Adds places where the version can be started from. */
        post: operations["image_coordinates_add"];
        /** Takes a place away. Assets that were linked by it alone are judged again, without this version. */
        delete: operations["image_coordinate_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{image}/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Assets that run the version. */
        get: operations["image_deployments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{image}/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest version of a family in production. */
        get: operations["image_latest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{image}/lineage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Versions of the family in their order, the oldest first, each with what it was built from as its contract says. */
        get: operations["image_lineage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{image}/patch-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Versions of the family against environments: how many assets run what. */
        get: operations["image_patch_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{image}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Promotes a version to testing or production. */
        post: operations["image_promote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{image}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a version back for good. Assets that run it become critical drift. */
        post: operations["image_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{image}/sbom": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The image's packages as a document. */
        get: operations["image_sbom"];
        put?: never;
        /** Attaches an SBOM (SPDX 2 or CycloneDX JSON): every package of it is then expected of assets that run the version. */
        post: operations["image_sbom_attach"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/images/{image}/vulnerabilities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Advisories that name a package of the image's SBOM: known exploited ones first, then by CVSS. */
        get: operations["image_vulnerabilities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/link-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Link rules as they hold now; of the past their links are kept, not they themselves. */
        get: operations["link_rule_list"];
        put?: never;
        /** Makes a rule. Every asset is judged again with it. */
        post: operations["link_rule_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/link-rules/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a rule would change, over every asset. Nothing is saved. */
        post: operations["link_rule_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/link-rules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a rule. Answers what was removed. */
        delete: operations["link_rule_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mapping-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The rules, and what is unmapped now. Tagged by the rules alone, or no change could be made to what was read a moment
         *     ago.
         */
        get: operations["mapping_view"];
        /**
         * Saves rules as the next version; every stored asset is mapped again. Refused while one of their examples fails. The
         *     same document again changes nothing. With `If-Match`, only what the caller read.
         */
        put: operations["mapping_set"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mapping-rules/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What rules would change, over every asset. Nothing is saved. */
        post: operations["mapping_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mapping-rules/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who saved which version, the newest first. */
        get: operations["mapping_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/onboarding": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The first steps, each ticked by a fact. */
        get: operations["onboarding_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/organization": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["organization_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Renames it. With `If-Match`, only the version that the caller read. */
        patch: operations["organization_update"];
        trace?: never;
    };
    "/api/v1/organization/freshness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How old what is known may be before it is stale, and before it is unknown. */
        get: operations["freshness_view"];
        /** Sets it, from now on; a view of the past keeps what held then. With `If-Match`, only what the caller read. */
        put: operations["freshness_set"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/organization/sla": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long findings may stay open, where no image contract says otherwise. */
        get: operations["sla_view"];
        /** Sets them, from now on; a view of the past keeps those of then. With `If-Match`, only what the caller read. */
        put: operations["sla_set"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overview/attention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What needs somebody, ranked, with the reason. What the caller may not read is not looked for. */
        get: operations["overview_attention"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overview/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far the figures can be relied on: collections, coverage and feeds, as of now. */
        get: operations["overview_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overview/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The state of the whole estate, or of the part that the filter accepts. */
        get: operations["overview_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overview/trends": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Findings and patch lag by day, from facts. */
        get: operations["overview_trends"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/patch/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an update would change: outdated assets, and those whose package manager has security updates pending. */
        get: operations["patch_drift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every plan, the newest first. */
        get: operations["plan_list"];
        put?: never;
        /** Makes a plan out of an ExecutionSpec and the facts of now. It changes no asset, and is never changed itself. */
        post: operations["plan_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{plan}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One plan, and whether the facts that it was made from still hold. */
        get: operations["plan_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{plan}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks the rules of now about a plan, and writes down what they say. */
        post: operations["plan_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{plan}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What makes this plan another than the one of before. */
        get: operations["plan_diff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{plan}/replan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a plan of the same specification from the facts of now, as a child of this one. */
        post: operations["plan_replan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{plan}/targets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The frozen targets, in the order of their ids. */
        get: operations["plan_targets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rules that hold: the shipped ones and those of the organisation. */
        get: operations["policy_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/bundle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Saves the organisation's rules and freezes as the next version, which decides from now on. Refused while one of its
         *     tests fails; the version of before stays in force then. The same again changes nothing. With `If-Match`, only in place
         *     of what the caller read.
         */
        put: operations["policy_bundle_set"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/bundles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every version of the organisation's bundle, the newest first. */
        get: operations["policy_bundle_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/bundles/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One version. */
        get: operations["policy_bundle_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tries a decision out, on a plan or on an input of one's own. It is not written into the log of decisions. */
        post: operations["policy_decide"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/policies/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was decided when plans were made and checked, the newest first. */
        get: operations["policy_decision_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every project that is declared or that an asset carries, with how many do. */
        get: operations["project_list"];
        put?: never;
        /** Declares it. No asset changes. */
        post: operations["project_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["project_view"];
        /**
         * Says all of it anew. Another name changes no asset: those that carry the old word are undeclared from then on. With
         *     `If-Match`, only the version whose `etag` it is.
         */
        put: operations["project_set"];
        post?: never;
        /** Assets keep the word, which is undeclared from then on. Answers what was deleted. */
        delete: operations["project_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rbac/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["member_list"];
        put?: never;
        /** Adds a person, who then signs in by a link that an administrator makes. */
        post: operations["member_add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rbac/members/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["member_view"];
        put?: never;
        post?: never;
        /** Removes a person from the organisation; open sessions end at once. */
        delete: operations["member_remove"];
        options?: never;
        head?: never;
        patch: operations["member_update"];
        trace?: never;
    };
    "/api/v1/rbac/members/{id}/sign-in-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a link that signs this member in once, within 15 minutes. */
        post: operations["member_sign_in_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rbac/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The base roles and what each may do. */
        get: operations["role_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rbac/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** API tokens, revoked and expired ones included. */
        get: operations["token_list"];
        put?: never;
        /** Makes a token. Its secret is in this answer and nowhere else. */
        post: operations["token_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rbac/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["token_view"];
        put?: never;
        post?: never;
        /** Revokes a token for good; requests with it fail from now on. */
        delete: operations["token_revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** By name. */
        get: operations["resource_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many there are of each kind; a kind that nobody lists is left out. */
        get: operations["resource_summary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One resource, be it gone, with what it hangs together with as of now. */
        get: operations["resource_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources/{id}/packages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Packages that a container image holds, as its own package databases say. By name. */
        get: operations["resource_packages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources/{id}/vulnerabilities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is wrong with the packages of a container image, rated for itself. The most urgent first. */
        get: operations["resource_vulnerabilities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/saved-views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Views that are shared, and the caller's own. They hold questions, so there is no past to ask for. */
        get: operations["saved_view_list"];
        put?: never;
        /** Keeps a view. The caller's view of the same name is replaced, and keeps its id. */
        post: operations["saved_view_save"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/saved-views/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Deletes a view of one's own, or with `view:share` one that is shared. Answers what it was. */
        delete: operations["saved_view_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Assets, vulnerabilities, images and sites whose name holds the words; of each kind that the caller may read the best
         *     few (5, at most 50).
         */
        get: operations["search_all"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says whether connectors of this organisation could fetch a secret that is kept elsewhere, and if not, why. */
        post: operations["secret_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/simulated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Deletes every connector that simulates, and with it its assets. Repeating it removes what is left. */
        delete: operations["simulated_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The heat map: sites × environments. A declared site is there when no asset is at it, too. */
        get: operations["site_list"];
        put?: never;
        /** Declares a site. No asset changes. */
        post: operations["site_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{site}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One site with its environments. */
        get: operations["site_view"];
        /**
         * Says all of it anew. Another name changes no asset: those that carry the old word are undeclared from then on. A pair
         *     stays. With `If-Match`, only the version whose `etag` it is.
         */
        put: operations["site_set"];
        post?: never;
        /** Assets keep the word, which is undeclared from then on; a pair that it is in ends. Answers what was deleted. */
        delete: operations["site_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{site}/pair": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Says which declared site stands in for this one, or is stood in for. A site is in one pair at most. */
        put: operations["site_pair"];
        post?: never;
        /** Ends the pair of a site, for both. Answers what it was. */
        delete: operations["site_unpair"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/syncs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["sync_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who the server takes the caller for, and what the caller may do. */
        get: operations["me_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets the caller's password and ends all other sessions of theirs. */
        put: operations["me_set_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends the session of this request. */
        delete: operations["me_sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the caller is signed in; the newest hundred. */
        get: operations["me_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends one of the caller's sessions, also one in another browser. */
        delete: operations["me_end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the assets have that the filter accepts. The most urgent first. */
        get: operations["vulnerability_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every vulnerability that the filter accepts, the most urgent first. */
        get: operations["vulnerability_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many of which severity and urgency, and how much of the estate that speaks of. */
        get: operations["vulnerability_summary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One vulnerability: advisories, affected packages with their fixes, and where they run. */
        get: operations["vulnerability_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/{id}/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Assets that have it. */
        get: operations["vulnerability_assets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/{id}/blast-radius": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** From the advisory over packages and images to the sites, with the assets behind each. */
        get: operations["vulnerability_blast_radius"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/vulnerabilities/{id}/trends": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** On how many assets it was by day, and on how many of them it was fixed, from facts. */
        get: operations["vulnerability_trends"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/errors/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Cause of an error code, how to confirm it, how to fix it. */
        get: operations["error_page"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers. */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/home.css": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["style"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/home.js": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["script"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus text format. */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document. */
        get: operations["openapi_view"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers, and so does its database. */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The sign-in page of the web application, or a page with one button where it was not built in. It changes nothing. */
        get: operations["sign_in_page"];
        put?: never;
        /** Begins a session, by link or by login and password. A form is answered with a redirect, JSON with JSON. */
        post: operations["sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Activity: {
            /** @description Events between `after` and the first item are no longer kept. */
            gap: boolean;
            items: components["schemas"]["EventBody"][];
            /** @description Send it as `after` for what comes later, also when there were no items. */
            next: string;
        };
        AdvisoryView: {
            cves: string[];
            cvss?: components["schemas"]["Cvss"] | null;
            id: string;
            /** Format: date-time */
            modified?: string | null;
            /** Format: date-time */
            published?: string | null;
            severity?: string | null;
            summary: string;
        };
        /** @description Affected assets by the values of one dimension, the most affected first. */
        AffectedBy: {
            /** @description `platform`, `site`, `env` or `image`. */
            dimension: string;
            values: components["schemas"]["AffectedValue"][];
        };
        AffectedPackage: components["schemas"]["PackageFix"] & {
            /** Format: int64 */
            assets: number;
            severity?: string | null;
        };
        AffectedValue: {
            /** Format: int64 */
            assets: number;
            /** @description Absent is not known. */
            value?: string | null;
        };
        /** @description Every asset by how long a version newer than its own is out. */
        Ages: {
            /**
             * Format: int64
             * @description More than 30 days.
             */
            critical: number;
            /**
             * Format: int64
             * @description Up to 14 days.
             */
            fresh: number;
            /**
             * Format: int64
             * @description Nothing newer is published.
             */
            newest: number;
            /**
             * Format: int64
             * @description Behind since an unknown moment.
             */
            undated: number;
            /**
             * Format: int64
             * @description Not measured: not linked to a version whose place in its family is known.
             */
            unknown: number;
            /**
             * Format: int64
             * @description More than 14 days.
             */
            warning: number;
        };
        /** @description One asset with every fact, and where each comes from. */
        Asset: {
            /**
             * Format: date-time
             * @description When its scope was last listed completely: until then the facts are confirmed.
             */
            confirmed_at?: string | null;
            /** @description Identities that it shares with others and that prove nothing. As of now. */
            conflicts: components["schemas"]["IdentityConflict"][];
            /** @description Empty once the connector was deleted. */
            connector: string;
            /** Format: uuid */
            connector_id: string;
            /** @description The facts: name, platform, os, labels, services, config, pending updates and the rest. */
            facts: unknown;
            /** Format: date-time */
            first_seen: string;
            /** @description `fresh`, `stale` or `unknown`: what the age makes of it, by the budget of its connector. */
            freshness: string;
            /** Format: uuid */
            id: string;
            package_set?: components["schemas"]["PackageSetInfo"] | null;
            /** Format: date-time */
            recorded_from: string;
            /**
             * Format: date-time
             * @description Absent while the facts are current.
             */
            recorded_to?: string | null;
            /**
             * Format: int64
             * @description Its scope in the coverage ledger.
             */
            scope_id: number;
            /** @description Who sees it. The one whose word on its place counts first leads. */
            sources: components["schemas"]["AssetSource"][];
            split?: components["schemas"]["AssetSplit"] | null;
            /**
             * Format: date-time
             * @description After this moment it is stale, unless it is confirmed before.
             */
            stale_at?: string | null;
            /**
             * Format: date-time
             * @description After this moment it is unknown.
             */
            unknown_at?: string | null;
        };
        AssetCounts: {
            /**
             * Format: int64
             * @description Made up by the simulator; part of the total.
             */
            simulated: number;
            /**
             * Format: int64
             * @description Their installed software is not known.
             */
            software_unknown: number;
            /** Format: int64 */
            total: number;
        };
        /** @description The difference between two moments of an asset. */
        AssetDiff: {
            facts: components["schemas"]["FactChange"][];
            packages_added: string[];
            packages_changed: components["schemas"]["PackageChanged"][];
            packages_removed: string[];
        };
        /** @description Drift of one asset in a list. */
        AssetDrift: {
            /** Format: uuid */
            asset_id: string;
            differences: components["schemas"]["DifferenceCounts"];
            env?: string | null;
            family?: string | null;
            /** @description `family:version` that it runs. */
            image?: string | null;
            /** Format: uuid */
            image_id?: string | null;
            /**
             * Format: int64
             * @description Whole days since a newer version is out.
             */
            lag_days?: number | null;
            name: string;
            /**
             * Format: int32
             * @description Security updates that its package manager would install; absent is unknown.
             */
            pending_security?: number | null;
            platform?: string | null;
            /** @description How it was linked to its image, or why it was not. */
            proof?: string | null;
            /** @description Of the worst difference, the age of an image lag included. */
            severity: string;
            simulated: boolean;
            /**
             * Format: date-time
             * @description Since when it is judged like this.
             */
            since?: string | null;
            site?: string | null;
            /** @description `current`, `outdated`, `ahead`, `unmanaged` or `unknown`. */
            state: string;
            /** Format: date-time */
            superseded_at?: string | null;
            /**
             * Format: uuid
             * @description The version that it should run.
             */
            target_id?: string | null;
            /** Format: int32 */
            versions_behind?: number | null;
        };
        AssetFigures: {
            /**
             * Format: int64
             * @description In scopes that are complete and fresh: `freshness:fresh listed:complete`.
             */
            covered: number;
            /** Format: int64 */
            fresh: number;
            /** Format: int64 */
            stale: number;
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            unknown: number;
        };
        /** @description How many assets have each value of a dimension. */
        AssetGroup: {
            /** Format: int64 */
            assets: number;
            drift: components["schemas"]["DriftTally"];
            /** Format: int64 */
            simulated: number;
            /** @description Absent: not known. */
            value?: string | null;
        };
        /** @description One moment in an asset's history. */
        AssetMoment: {
            /** @description What changed against the moment before. */
            changes: components["schemas"]["AssetDiff"];
            /** Format: date-time */
            recorded_from: string;
            /** Format: date-time */
            recorded_to?: string | null;
        };
        /** @description Where an asset is after it was split or joined. */
        AssetPlace: {
            /** Format: uuid */
            asset_id: string;
        };
        /** @description What one connector sees of an asset. */
        AssetSource: {
            /** @description Empty once the connector was deleted. */
            connector: string;
            /** Format: uuid */
            connector_id: string;
            connector_kind: string;
            /** @description The fields of the asset that are its word. */
            fields: string[];
            /** Format: date-time */
            first_seen: string;
            /**
             * Format: uuid
             * @description What it sees as an asset by itself: what a split names.
             */
            id: string;
            kind: string;
            /**
             * Format: date-time
             * @description When its scope was last listed completely.
             */
            last_seen?: string | null;
            native_id: string;
            /** @description The identities by which it is the same machine as the other sources; none for the only one. */
            proof: components["schemas"]["Identity"][];
            scope?: components["schemas"]["SourceScope"] | null;
        };
        AssetSplit: {
            /** Format: date-time */
            at: string;
            author: string;
            /**
             * Format: uuid
             * @description The asset that it was split from.
             */
            from_id: string;
            reason: string;
        };
        /** @description One asset as lists show it. What is absent is not known. */
        AssetSummary: {
            account?: string | null;
            /**
             * Format: date-time
             * @description When that was; absent: it never was listed completely.
             */
            confirmed_at?: string | null;
            connector?: string | null;
            criticality?: string | null;
            /**
             * Format: int32
             * @description Packages, services and settings that are other than expected.
             */
            differences: number;
            /** @description `current`, `outdated`, `ahead`, `unmanaged` or `unknown`. */
            drift?: string | null;
            /** Format: date-time */
            drift_since?: string | null;
            env?: string | null;
            exposure?: string | null;
            /**
             * Format: date-time
             * @description Since when the facts are as shown.
             */
            fact_from: string;
            family?: string | null;
            /** Format: date-time */
            first_seen: string;
            /** @description `fresh`, `stale` or `unknown`: how old the last complete listing of its scope is. */
            freshness: string;
            /** Format: uuid */
            id: string;
            /** @description `family:version` that it runs. */
            image?: string | null;
            image_ref?: string | null;
            kind?: string | null;
            name: string;
            native_id: string;
            os?: string | null;
            os_version?: string | null;
            owner?: string | null;
            /** @description Distinct packages; absent when the software is not known. */
            packages?: number | null;
            /**
             * Format: int32
             * @description Security updates that its own package manager would install.
             */
            pending_security?: number | null;
            platform?: string | null;
            project?: string | null;
            region?: string | null;
            /** @description Made up by the simulator. */
            simulated: boolean;
            site?: string | null;
            state?: string | null;
            /**
             * Format: int32
             * @description Expectations that could not be compared.
             */
            unknowns: number;
            workload?: string | null;
        };
        AssetVulnerabilities: {
            /** Format: date-time */
            as_of: string;
            /** Format: uuid */
            asset_id: string;
            counts?: components["schemas"]["Counts"] | null;
            /** Format: date-time */
            feeds_as_of?: string | null;
            items: components["schemas"]["Finding"][];
            /** @description False: the software is not known, or no feed speaks of it. Then nothing below says that the asset is safe. */
            judged: boolean;
            next_cursor?: string | null;
            /** Format: int64 */
            total?: number | null;
        };
        /** @description What needs somebody, the first first. */
        Attention: {
            /** Format: date-time */
            as_of: string;
            /** @description Ordered by `level`, then by the order of `totals`, then by how bad it is; at most ten of a kind. */
            items: components["schemas"]["AttentionItem"][];
            /** @description Every kind that was looked for, with how many there are; absent figures are not known. */
            totals: components["schemas"]["AttentionTotal"][];
        };
        AttentionItem: {
            /** @description Names of the packages that it is in. */
            about?: string | null;
            /**
             * Format: int64
             * @description Assets behind it; absent where nobody can say how many.
             */
            assets?: number | null;
            /** @description The filter that lists exactly these assets; absent where no filter can say it. */
            filter?: string | null;
            /**
             * @description `known_exploited`, `past_sla`, `image_revoked`, `image_behind`, `updates_due`, `unmanaged`, `drift_unknown`,
             *     `identity_conflict`, `scope_not_listed`, `connector_failing`, `never_collected` or `feed_empty`.
             */
            kind: string;
            /** @description `critical`, `warning` or `unknown`. */
            level: string;
            /** @description Path of the resource below `/api/v1`. */
            resource: string;
            /**
             * Format: int64
             * @description Of them, those that the simulator made up.
             */
            simulated: number;
            /**
             * Format: date-time
             * @description Since when it has been so, as far as that is known.
             */
            since?: string | null;
            /** @description The sites with most of these assets, and how many sites there are in all. A value that is absent is not known. */
            sites: components["schemas"]["AffectedValue"][];
            /** Format: int64 */
            sites_total: number;
            /** @description What: a CVE, `family:version`, a family, an identity, a scope, a connector, a feed, or a sentence about assets. */
            title: string;
            /** @description Why it is here, as a sentence. */
            why: string;
        };
        AttentionTotal: {
            kind: string;
            /** Format: int64 */
            total?: number | null;
        };
        AuditEntry: {
            actor: string;
            /** Format: date-time */
            at: string;
            /** @description Over this row and all before it, 64 hexadecimal digits. */
            hash: string;
            method: string;
            path: string;
            permission: string;
            /** @description `begin` before the work, `end` after it. */
            phase: string;
            /** Format: uuid */
            request_id: string;
            /**
             * Format: int64
             * @description 1, 2, 3 … without gaps.
             */
            seq: number;
            /**
             * Format: int32
             * @description HTTP status; in `end` only.
             */
            status?: number | null;
        };
        /** @description One row with all that its hash is computed from; a line of an export. */
        AuditRecord: {
            actor: string;
            /**
             * Format: date-time
             * @description To the microsecond.
             */
            at: string;
            hash: string;
            method: string;
            /** Format: uuid */
            org_id: string;
            path: string;
            permission: string;
            phase: string;
            /** @description Of the row before; 64 zeros in the first. */
            prev_hash: string;
            /** Format: uuid */
            request_id: string;
            /** Format: int64 */
            seq: number;
            /** Format: int32 */
            status?: number | null;
        };
        AuditVerdict: {
            /**
             * Format: int64
             * @description The first row that does not hold; when not intact.
             */
            broken_seq?: number | null;
            /** @description Hash of the last row: write it down elsewhere, with `rows`, to notice a cut tail later. */
            head_hash?: string | null;
            intact: boolean;
            reason?: string | null;
            /**
             * Format: int64
             * @description Rows verified, which is also the last sequence number; when intact.
             */
            rows?: number | null;
        };
        /** @description What the numbers rest on. Assets that were not judged may have any vulnerability. */
        Basis: {
            /**
             * Format: int64
             * @description Nothing was found on them, and they were last confirmed so long ago that it proves nothing any more.
             */
            aged_out: number;
            /**
             * Format: int64
             * @description Assets that the filter accepts.
             */
            assets: number;
            /**
             * Format: date-time
             * @description When the newest feed snapshot behind this was imported; absent when no feed was ever imported.
             */
            feeds_as_of?: string | null;
            /** Format: int64 */
            judged: number;
            /**
             * Format: int64
             * @description Their software is known, and no feed speaks of its ecosystem and release.
             */
            not_covered: number;
            /**
             * Format: int64
             * @description Their installed software is not known.
             */
            software_unknown: number;
        };
        BlastEdge: {
            /** Format: int64 */
            assets: number;
            from: string;
            to: string;
        };
        BlastNode: {
            /** Format: int64 */
            assets: number;
            /** @description Unique in the graph. */
            id: string;
            /** @description `advisory`, `package`, `image` or `site`. */
            kind: string;
            /** @description Absent is not known: assets without a known image, or without a site. */
            label?: string | null;
        };
        /** @description From the advisory over packages and images to the sites: a graph whose edges lead from cause to effect. */
        BlastRadius: {
            /** Format: date-time */
            as_of: string;
            /**
             * Format: int64
             * @description Affected assets in all.
             */
            assets: number;
            basis: components["schemas"]["Basis"];
            edges: components["schemas"]["BlastEdge"][];
            id: string;
            nodes: components["schemas"]["BlastNode"][];
        };
        CodeCount: {
            code: string;
            permission_gap: boolean;
            /** Format: int64 */
            scopes: number;
        };
        CollectionHealth: {
            /**
             * Format: date-time
             * @description Of this part: always now, also when the rest is of another moment.
             */
            as_of: string;
            /** Format: int64 */
            connectors: number;
            /**
             * Format: int64
             * @description Their last sync failed or was not complete.
             */
            degraded: number;
            /** Format: int64 */
            never_synced: number;
            /**
             * Format: int64
             * @description Scopes that cannot be listed before somebody grants something.
             */
            permission_gaps: number;
            /** Format: int64 */
            scopes: number;
            /** Format: int64 */
            scopes_complete: number;
            /**
             * Format: int64
             * @description Of those that are complete, the fresh ones.
             */
            scopes_covered: number;
        };
        ConflictAsset: {
            /** Format: uuid */
            id: string;
            name: string;
        };
        Connector: {
            config: unknown;
            /** Format: date-time */
            created_at: string;
            enabled: boolean;
            /**
             * Format: int32
             * @description Failed syncs in a row.
             */
            failures: number;
            /** Format: uuid */
            id: string;
            /**
             * Format: int32
             * @description Seconds between scheduled syncs; absent when it is synced by hand only.
             */
            interval_s?: number | null;
            kind: string;
            last_sync?: components["schemas"]["Sync"] | null;
            name: string;
            /** Format: date-time */
            next_sync_at?: string | null;
            simulated: boolean;
            watch?: components["schemas"]["ConnectorWatch"] | null;
        };
        ConnectorChange: {
            config?: unknown;
            /**
             * Format: int32
             * @description 60 or more; 0 ends the schedule.
             */
            interval_s?: number | null;
        };
        /** @description What a connector could see without collecting it. */
        ConnectorCheck: {
            findings: string[];
            ok: boolean;
        };
        ConnectorCreate: {
            /** @description As its kind's schema says; `{}` when absent. */
            config?: unknown;
            /**
             * Format: int32
             * @description 60 or more; absent for syncs by hand only.
             */
            interval_s?: number | null;
            /** @description A name of `GET /connectors/kinds`. */
            kind: string;
            /** @description 1 to 100 printable characters, unique in the organisation. */
            name: string;
            /** @description Collect at once; a schedule does so anyway. */
            sync?: boolean;
        };
        ConnectorDeleted: {
            /**
             * Format: int64
             * @description Assets that left the estate with it; what was believed of them stays in the history.
             */
            assets_removed: number;
        };
        ConnectorFigures: {
            /** Format: int64 */
            complete: number;
            /** Format: int64 */
            complete_fresh: number;
            /** Format: uuid */
            connector_id: string;
            /** Format: int64 */
            scopes: number;
            /** Format: int64 */
            unknown: number;
        };
        ConnectorFreshness: {
            budget: components["schemas"]["FreshnessBudget"];
            /** Format: uuid */
            connector_id: string;
            /** @description Absent one of its own, that of the organisation holds. */
            is_own: boolean;
            /** Format: date-time */
            since?: string | null;
        };
        /** @description A kind of connector that this version can make. */
        ConnectorKind: {
            /** @description JSON Schema of its `config`. */
            config_schema: unknown;
            name: string;
            /** @description What its account needs at the provider, exactly, in the provider's own form. */
            permissions?: string | null;
            /** @description Everything it reports is made up, and marked so wherever it is shown. */
            simulated: boolean;
            summary: string;
            title: string;
        };
        /** @description Hears of changes between two syncs, and makes a sync due. */
        ConnectorWatch: {
            /** @description The last failure, be it over. */
            error?: string | null;
            /** Format: date-time */
            failed_at?: string | null;
            /** @description What is not watched, one sentence each. */
            gaps: string[];
            /**
             * Format: date-time
             * @description Of this state.
             */
            since: string;
            /** @description `watching`; `partial` when not all may be watched; `refused` when nothing may be; `failing`. */
            state: string;
        };
        /** @description What a valid contract would become. */
        ContractReading: {
            contract: unknown;
            coordinates: number;
            digest: string;
            family: string;
            form: string;
            packages: number;
            services: number;
            settings: number;
            /** @description The status that it would be registered with. */
            status: string;
            version: string;
        };
        /** @description A place where a version can be started from. */
        Coordinate: {
            /** @description `aws`, `azure`, `gcp`, `vsphere`, `oci`, `kubernetes` or `baremetal`. */
            platform: string;
            /** @description The provider's own name of it: an AMI id, a template name, a repository with its tag. */
            reference: string;
            /** @description Absent where the reference means the same everywhere on the platform. */
            region?: string | null;
        };
        Coordinates: {
            items: components["schemas"]["Coordinate"][];
        };
        CoordinatesAdd: {
            coordinates: components["schemas"]["Coordinate"][];
        };
        /** @description How many vulnerabilities a package set has, each counted once at its worst rating in the set. */
        Counts: {
            /** Format: int32 */
            critical: number;
            /** Format: int32 */
            high: number;
            /**
             * Format: int32
             * @description Of all these, those that are known to be exploited.
             */
            kev: number;
            /**
             * Format: int32
             * @description Rated low, or rated as no risk.
             */
            low: number;
            /** Format: int32 */
            medium: number;
            /** Format: int32 */
            packages: number;
            /**
             * Format: int32
             * @description Packages that were judged, because a feed speaks of their ecosystem and release.
             */
            packages_judged: number;
            /**
             * Format: int32
             * @description No source rates it.
             */
            unknown: number;
        };
        CoverageGap: {
            account: string;
            /** Format: date-time */
            attempted_at: string;
            code?: string | null;
            /**
             * Format: date-time
             * @description When it was last listed completely; absent: never.
             */
            complete_at?: string | null;
            connector: string;
            /** Format: uuid */
            connector_id: string;
            detail?: string | null;
            kind: string;
            region: string;
            simulated: boolean;
        };
        /**
         * @description How much of the estate the figures rest on. Every count is a list: `GET /coverage` with the same words for scopes,
         *     `GET /assets` with `freshness:` and `listed:` for assets.
         */
        CoverageSummary: {
            /** Format: date-time */
            as_of: string;
            assets: components["schemas"]["AssetFigures"];
            /** @description Of the connector that was asked about, else of the organisation. */
            budget: components["schemas"]["FreshnessBudget"];
            /** @description Why scopes are not complete, the most frequent reason first. */
            codes: components["schemas"]["CodeCount"][];
            /** @description By connector, in the order of their names; those without a scope are left out. */
            connectors: components["schemas"]["ConnectorFigures"][];
            /**
             * Format: int64
             * @description Connectors that have a budget of their own.
             */
            own_budgets: number;
            scopes: components["schemas"]["ScopeFigures"];
        };
        Cvss: {
            /**
             * Format: double
             * @description Base score, 0 to 10.
             */
            score: number;
            vector?: string | null;
        };
        /** @description How far the figures can be relied on. */
        DataHealth: {
            /** Format: date-time */
            as_of: string;
            /** Format: int64 */
            connectors: number;
            /**
             * Format: int64
             * @description Of them, those whose last collection that ended was complete.
             */
            connectors_complete: number;
            /** Format: int64 */
            connectors_never_synced: number;
            feeds: components["schemas"]["FeedAge"][];
            /** @description The first twenty scopes that were not. */
            first_gaps: components["schemas"]["CoverageGap"][];
            /** Format: int64 */
            gaps: number;
            /** Format: int64 */
            scopes: number;
            /**
             * Format: int64
             * @description Of them, those that were listed completely at the last attempt.
             */
            scopes_complete: number;
        };
        /** @description A site, environment or project that somebody declared. */
        Declared_EnvironmentSpec: {
            /** @description By whom. */
            author: string;
            /** @description For `If-Match` of a change. It does not change with the assets. */
            etag: string;
            /**
             * Format: uuid
             * @description Stays when it gets another name.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it was last declared or edited.
             */
            since: string;
            /** @description What people say of an environment. Its assets are those that carry its name as their environment. */
            spec: {
                description?: string | null;
                /** @description What it is for, whatever its name: one organisation's `live` is another's `prod`. */
                kind?: components["schemas"]["EnvironmentKind"];
                /** @description The word that assets carry: 1 to 256 printable characters. */
                name: string;
                /** @description What people call it. */
                title?: string | null;
            };
        };
        /** @description A site, environment or project that somebody declared. */
        Declared_ProjectSpec: {
            /** @description By whom. */
            author: string;
            /** @description For `If-Match` of a change. It does not change with the assets. */
            etag: string;
            /**
             * Format: uuid
             * @description Stays when it gets another name.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it was last declared or edited.
             */
            since: string;
            /** @description What people say of a project. Its assets are those that carry its name as their project. */
            spec: {
                /** @description How to reach them. */
                contact?: string | null;
                description?: string | null;
                /** @description The word that assets carry: 1 to 256 printable characters. */
                name: string;
                /** @description The person or team that answers for it. */
                owner?: string | null;
                /** @description What people call it. */
                title?: string | null;
            };
        };
        /** @description A site, environment or project that somebody declared. */
        Declared_SiteSpec: {
            /** @description By whom. */
            author: string;
            /** @description For `If-Match` of a change. It does not change with the assets. */
            etag: string;
            /**
             * Format: uuid
             * @description Stays when it gets another name.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it was last declared or edited.
             */
            since: string;
            /** @description What people say of a site. Its assets are those that carry its name as their site. */
            spec: {
                description?: string | null;
                kind?: components["schemas"]["SiteKind"];
                /** @description A town or an address. */
                location?: string | null;
                /** @description The word that assets carry: 1 to 256 printable characters. */
                name: string;
                /** @description By its name in the IANA time zone database: `Europe/Amsterdam`. */
                time_zone?: string | null;
                /** @description What people call it. */
                title?: string | null;
            };
        };
        /** @description An asset that runs an image version. */
        Deployment: {
            /** Format: uuid */
            asset_id: string;
            /** Format: int32 */
            differences: number;
            drift?: string | null;
            env?: string | null;
            name: string;
            platform?: string | null;
            simulated: boolean;
            site?: string | null;
        };
        /** @description How many things are other than the contract says. */
        DifferenceCounts: {
            /** Format: int32 */
            extra: number;
            /** Format: int32 */
            forbidden: number;
            /** Format: int32 */
            missing: number;
            /** Format: int32 */
            newer: number;
            /** Format: int32 */
            older: number;
            /**
             * Format: int32
             * @description Services and settings.
             */
            settings: number;
            /**
             * Format: int32
             * @description Expectations that could not be compared.
             */
            unverified: number;
        };
        DriftDetecting: {
            /**
             * Format: date-time
             * @description Every asset is judged again by what is known at this moment; `judged_at` of the summary reaches it when done.
             */
            images_at: string;
        };
        /** @description Drift of one asset with every reason. */
        DriftExplained: {
            /** Format: date-time */
            as_of: string;
            /** Format: uuid */
            asset_id: string;
            config: unknown[];
            differences: components["schemas"]["DifferenceCounts"];
            /** @description `false`: images or link rules are other ones now than when this was judged; the lists below are then empty. */
            explained: boolean;
            family?: string | null;
            /** Format: int64 */
            lag_days?: number | null;
            name: string;
            packages: unknown[];
            /** @description How it was linked to its image, or why it was not. */
            proof?: string | null;
            /** @description Every difference as a sentence, the image lag first. */
            sentences: string[];
            services: unknown[];
            severity: string;
            simulated: boolean;
            /** Format: date-time */
            since: string;
            state: string;
            /** Format: date-time */
            superseded_at?: string | null;
            target_version?: string | null;
            /** @description What the contract expects and could not be compared. */
            unverified: components["schemas"]["Unverified"][];
            update?: components["schemas"]["DriftUpdate"] | null;
            /** @description The version whose contract it is compared with. */
            version?: string | null;
            /** Format: int32 */
            versions_behind?: number | null;
        };
        /** @description An asset with its drift. */
        DriftRecord: components["schemas"]["AssetSummary"] & {
            /** Format: int64 */
            lag_days?: number | null;
            /** @description With the age of the lag. */
            severity: string;
            /** Format: date-time */
            superseded_at?: string | null;
            /** Format: int32 */
            versions_behind?: number | null;
        };
        DriftReport: {
            /**
             * Format: int64
             * @description Changes of a state; an asset that changed twice counts twice.
             */
            assets: number;
            /**
             * Format: int64
             * @description Assets that were `outdated` or `ahead` and are no longer, those that left included.
             */
            closed: number;
            day: string;
            /**
             * Format: int64
             * @description Assets that were judged for the first time.
             */
            first_judged: number;
            /**
             * Format: int64
             * @description Assets that left the estate.
             */
            left: number;
            /**
             * Format: int64
             * @description Assets that became `outdated` or `ahead`.
             */
            opened: number;
            /**
             * Format: int64
             * @description Of them, of assets that the simulator made up.
             */
            simulated: number;
            turns: components["schemas"]["DriftTurn"][];
        };
        /** @description What drift opened and closed, from facts. */
        DriftReports: {
            /** Format: date-time */
            as_of: string;
            /** @description One for each day in UTC on which some asset changed its state, the newest first. */
            items: components["schemas"]["DriftReport"][];
        };
        DriftSummary: {
            ages: components["schemas"]["Ages"];
            /** Format: date-time */
            as_of: string;
            by_env: components["schemas"]["Group"][];
            by_family: components["schemas"]["Group"][];
            by_platform: components["schemas"]["Group"][];
            by_site: components["schemas"]["Group"][];
            /**
             * Format: date-time
             * @description When images or link rules last changed.
             */
            images_at?: string | null;
            /**
             * Format: date-time
             * @description Up to which of those changes every asset was judged.
             */
            judged_at?: string | null;
            /** @description Images changed and some assets are not judged by that yet: these figures are about to change. */
            judging: boolean;
            /** @description Of real assets alone. */
            observed: components["schemas"]["DriftTally"];
            severities: components["schemas"]["Severities"];
            /** @description Of simulated assets alone. */
            simulated: components["schemas"]["DriftTally"];
            total: components["schemas"]["DriftTally"];
        };
        /** @description Assets by drift state. Covered are the current ones; all of them are the denominator. */
        DriftTally: {
            /** Format: int64 */
            ahead: number;
            /**
             * Format: double
             * @description 0 to 100; absent when there is nothing to cover.
             */
            coverage_percent?: number | null;
            /** Format: int64 */
            current: number;
            /** Format: int64 */
            outdated: number;
            /** @description `healthy`, `warning`, `critical` or `unknown`. */
            rag: string;
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            unknown: number;
            /** Format: int64 */
            unmanaged: number;
        };
        DriftTrend: {
            /** Format: date-time */
            as_of: string;
            /** @description One for each day in UTC, oldest first: states at its end, the last as of `as_of`. */
            points: components["schemas"]["TrendPoint"][];
        };
        DriftTurn: {
            /** @description Absent: it left the estate. */
            after?: string | null;
            /** Format: int64 */
            assets: number;
            /** @description Absent: it was not judged before. */
            before?: string | null;
        };
        /** @description How the packages of an asset differ from those of the version that it should run and does not. */
        DriftUpdate: {
            /** @description `false`: the contract of that version says nothing of packages, so nothing can differ. */
            has_packages: boolean;
            packages: unknown[];
            /** @description Each of them as a sentence. */
            sentences: string[];
            unverified: components["schemas"]["Unverified"][];
        };
        /** @enum {string} */
        EnvironmentKind: "production" | "staging" | "test" | "development" | "other";
        /** @description What people say of an environment. Its assets are those that carry its name as their environment. */
        EnvironmentSpec: {
            description?: string | null;
            /** @description What it is for, whatever its name: one organisation's `live` is another's `prod`. */
            kind?: components["schemas"]["EnvironmentKind"];
            /** @description The word that assets carry: 1 to 256 printable characters. */
            name: string;
            /** @description What people call it. */
            title?: string | null;
        };
        /** @description FIRST's estimate that it is exploited within 30 days. */
        EpssScore: {
            /** Format: double */
            percentile: number;
            /** Format: double */
            score: number;
        };
        EventBody: {
            /** @description The request or run that caused it. */
            correlation_id?: string | null;
            data: Record<string, never>;
            /** Format: uuid */
            id: string;
            source: string;
            /** @description What it is about: `assets/0193…`. */
            subject: string;
            /** Format: date-time */
            time: string;
            /** @description `asset.discovered`, `drift.detected` … */
            type: string;
        };
        Facet: {
            /** @description A key of the filter language. */
            by: string;
            /**
             * Format: int64
             * @description How many different values there are, *not known* counting as one.
             */
            distinct: number;
            /** @description The values with the most assets, largest first. */
            values: components["schemas"]["FacetValue"][];
        };
        FacetValue: {
            /** Format: int64 */
            assets: number;
            /** @description Absent: not known. */
            value?: string | null;
        };
        /** @description Assets by the values of several dimensions at once. */
        Facets: {
            /** Format: date-time */
            as_of: string;
            /**
             * Format: int64
             * @description Assets that the filter accepts: the denominator of every value.
             */
            assets: number;
            facets: components["schemas"]["Facet"][];
        };
        FactChange: {
            after: unknown;
            before: unknown;
            /** @description JSON pointer into the facts. */
            path: string;
        };
        /** @description What a bundle brought. */
        FactsImported: {
            /**
             * Format: date-time
             * @description When the host was read; its facts are as old.
             */
            collected_at: string;
            host: string;
            /** @description The name of the key, as the connector's configuration says. */
            signed_by: string;
            sync: components["schemas"]["Sync"];
        };
        FamilyLatest: {
            /** Format: uuid */
            id: string;
            /** @description `draft`, `testing`, `production`, `deprecated` or `retired`. */
            status: string;
            version: string;
        };
        Feed: {
            /** @description Nothing was ever imported: what this feed would tell is not known. */
            empty: boolean;
            /**
             * Format: int64
             * @description Standing advisories, known exploited vulnerabilities or scores.
             */
            held: number;
            name: string;
            /** @description The last run of each source. */
            runs: components["schemas"]["FeedRun"][];
            schedule?: components["schemas"]["FeedSchedule"] | null;
            /** @description The newest snapshot of each source, newest first. */
            snapshots: components["schemas"]["FeedSnapshot"][];
            summary: string;
            title: string;
        };
        FeedAge: {
            /**
             * Format: int64
             * @description Whole seconds since then.
             */
            age_s?: number | null;
            /**
             * Format: int64
             * @description Standing advisories, known exploited vulnerabilities or scores.
             */
            held: number;
            /**
             * Format: date-time
             * @description Absent: nothing was ever imported.
             */
            imported_at?: string | null;
            name: string;
            title: string;
        };
        FeedHealth: {
            /** Format: int64 */
            advisories: number;
            /**
             * Format: date-time
             * @description Of this part: always now, also when the rest is of another moment.
             */
            as_of: string;
            /** Format: int64 */
            exploit_scores: number;
            /** Format: int64 */
            known_exploited: number;
        };
        FeedImported: {
            digest: string;
            feed: string;
            /** @description The first of them. */
            first_problems: components["schemas"]["FeedProblem"][];
            /**
             * Format: int64
             * @description Those that hold no longer.
             */
            matches_closed: number;
            /**
             * Format: int64
             * @description Pairs of package version and advisory that hold since this import.
             */
            matches_opened: number;
            /** Format: int64 */
            problems: number;
            /** Format: int64 */
            records: number;
            /**
             * Format: uuid
             * @description Absent when the bytes are those of the snapshot before: nothing was written.
             */
            snapshot_id?: string | null;
            unchanged: boolean;
        };
        FeedProblem: {
            code: string;
            detail: string;
            entry: string;
            /** Format: int64 */
            line?: number | null;
        };
        FeedRun: {
            /**
             * Format: int64
             * @description Fetched so far.
             */
            bytes: number;
            /** Format: int64 */
            closed?: number | null;
            /** @description Why it failed. */
            code?: string | null;
            detail?: string | null;
            /** Format: date-time */
            ended_at?: string | null;
            /** @description Path of the page that explains the code, where there is one. */
            help?: string | null;
            /**
             * Format: int64
             * @description Pairs of package version and advisory that hold since, and that hold no longer; absent unless it imported something.
             */
            opened?: number | null;
            /**
             * Format: int64
             * @description Read so far.
             */
            records: number;
            requested_by?: string | null;
            /** @description Source, requester and detail are told to those who run the installation. */
            source?: string | null;
            /** Format: date-time */
            started_at: string;
            /** @description `running`, `imported`, `unchanged`, `failed`, or `interrupted` when its process ended before it did. */
            state: string;
            /** Format: int64 */
            total_bytes?: number | null;
        };
        FeedSchedule: {
            /** @description Of the last failure. */
            code?: string | null;
            /** @description Told to those who run the installation. */
            detail?: string | null;
            /**
             * Format: int32
             * @description In a row; each doubles the wait, up to the interval.
             */
            failures: number;
            /**
             * Format: int32
             * @description Absent: fetched by hand only.
             */
            interval_s?: number | null;
            /** Format: date-time */
            last_failure_at?: string | null;
            /** Format: date-time */
            last_success_at?: string | null;
            /** Format: date-time */
            next_at?: string | null;
        };
        FeedSnapshot: {
            /** @description SHA-256 of the bytes as received. */
            digest: string;
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            imported_at: string;
            /**
             * Format: date-time
             * @description The newest moment that the feed itself states.
             */
            newest?: string | null;
            /**
             * Format: int64
             * @description Records that could not be read.
             */
            problems: number;
            /** Format: int64 */
            records: number;
            /** @description Told to those who run the installation. */
            source?: string | null;
        };
        FeedSync: {
            /**
             * @description For OSV, by its names: `Debian:12`. Those of the packages in use when empty.
             * @default []
             */
            ecosystems: string[];
            /**
             * @description Another place than the publisher's: https at a public address, or this machine.
             * @default null
             */
            url: string | null;
        };
        /** @description The runs that go on now. `GET /feeds` tells how far they are. */
        FeedSyncStarted: {
            feed: string;
            runs: components["schemas"]["FeedRun"][];
        };
        /** @description What this installation knows of vulnerabilities. It is the same for every organisation. */
        Feeds: {
            /**
             * Format: date-time
             * @description When the newest snapshot of any feed was imported; absent while every feed is empty.
             */
            feeds_as_of?: string | null;
            items: components["schemas"]["Feed"][];
        };
        FieldProblem: {
            /** @description Stable; which rule of the document's format is broken. */
            code?: string | null;
            column?: number | null;
            detail: string;
            hint?: string | null;
            /** @description Line and column in a document that was sent, both from one. */
            line?: number | null;
            /** @description Where in the body: `spec.os.version`; `.` is the body as a whole. */
            path: string;
            /** @description JSON pointer (RFC 6901) to the value in that document. */
            pointer?: string | null;
        };
        FilterSuggestion: {
            /**
             * Format: int64
             * @description Assets that the value would leave; absent for keys.
             */
            assets?: number | null;
            /** @description The whole term, quoted where it must be; a key ends with its colon. */
            insert: string;
            /** @description The key or the value alone. */
            label: string;
        };
        /** @description What may follow in a half-written filter. */
        FilterSuggestions: {
            /** Format: date-time */
            as_of: string;
            /**
             * Format: int64
             * @description Assets that the terms before it accept: the denominator.
             */
            assets: number;
            /** @description Where the last term starts in `q`, in bytes of UTF-8: `insert` replaces everything from here on. */
            from: number;
            items: components["schemas"]["FilterSuggestion"][];
        };
        /** @description A vulnerability on one asset. */
        Finding: components["schemas"]["VulnerabilitySummary"] & {
            /** @description The asset's own packages that have it, each with the version that ends it; by name. */
            fixes: components["schemas"]["PackageFix"][];
        };
        /** @description Distinct vulnerabilities, each at its worst rating among the assets in question. */
        FindingCounts: {
            /** Format: int32 */
            critical: number;
            /** Format: int32 */
            high: number;
            /**
             * Format: int32
             * @description Of all these, known to be exploited.
             */
            kev: number;
            /** Format: int32 */
            low: number;
            /** Format: int32 */
            medium: number;
            /**
             * Format: int32
             * @description No source rates it.
             */
            unknown: number;
            /**
             * Format: double
             * @description Urgency of the most urgent one, 0 to 100; absent when there is none.
             */
            urgency_max?: number | null;
        };
        /** @description Distinct vulnerabilities that some asset had, each at its worst rating of the day. */
        FindingDay: {
            /** Format: int64 */
            critical: number;
            /** Format: int64 */
            high: number;
            /**
             * Format: int64
             * @description Of all these, known to be exploited as the catalogue said that day.
             */
            kev: number;
            /**
             * Format: int64
             * @description Rated low, or rated as no risk.
             */
            low: number;
            /** Format: int64 */
            medium: number;
            /**
             * Format: int64
             * @description No source rates it.
             */
            unknown: number;
            /**
             * @description All of them by how urgent they were in the whole estate, from the estimates, the catalogue and the assets of that
             *     day, and the base scores that the advisories state today.
             */
            urgency: components["schemas"]["UrgencyCounts"];
        };
        /** @description Known vulnerabilities. Absent figures: no feed was imported, so nothing is known. */
        Findings: {
            /**
             * Format: int64
             * @description Of those, with at least one.
             */
            assets_affected?: number | null;
            /**
             * Format: int64
             * @description Assets with at least one that is known to be exploited.
             */
            assets_exploited?: number | null;
            /**
             * Format: int64
             * @description Assets whose packages some feed speaks of: the denominator.
             */
            assets_judged?: number | null;
            /**
             * Format: date-time
             * @description When the newest feed was imported.
             */
            feeds_as_of?: string | null;
            /**
             * Format: int64
             * @description Of those, known to be exploited.
             */
            known_exploited?: number | null;
            urgency?: components["schemas"]["UrgencyCounts"] | null;
            /** Format: int64 */
            vulnerabilities?: number | null;
        };
        /**
         * @description Whether a fixed version is published for every affected package, for some, or for none.
         * @enum {string}
         */
        Fix: "all" | "some" | "none";
        /** @description How old the last complete listing of a scope may be. */
        FreshnessBudget: {
            /**
             * Format: int32
             * @description Older is stale: 1 to 8760.
             */
            stale_hours: number;
            /**
             * Format: int32
             * @description Older is unknown: more than the hours to stale, at most 17520.
             */
            unknown_hours: number;
        };
        /** @description A tally of the assets that share a value. */
        Group: components["schemas"]["DriftTally"] & {
            /** @description Absent where it is not known. */
            value?: string | null;
        };
        Health: {
            /** @description `ok` or `ready`. */
            status: string;
        };
        Identity: {
            /** @description `instance_id`, `instance_number`, `product_uuid` or `machine_id`, from the surest to the least sure. */
            kind: string;
            value: string;
        };
        /** @description An identity that several sources claim and that makes nobody the same machine. */
        IdentityConflict: {
            assets: components["schemas"]["ConflictAsset"][];
            identity: components["schemas"]["Identity"];
            /** @description More claim it than are listed. */
            more: boolean;
            /** @description `twice_in_one_source`, `stronger_differs`, `machine_id_alone`, `simulated` or `too_many`. */
            reason: string;
            /** Format: date-time */
            since: string;
        };
        /** @description A version with its contract. */
        Image: {
            /** @description The model that every form is read into. */
            contract: unknown;
            coordinates: components["schemas"]["Coordinate"][];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            deprecated_at?: string | null;
            /** @description Of the contract's meaning, whatever its form: `sha256:…` */
            digest: string;
            family: string;
            /** @description The form that the contract was written in: `a`, `b` or `c`. */
            form: string;
            has_sbom: boolean;
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            published_at?: string | null;
            /** Format: date-time */
            retired_at?: string | null;
            /** Format: date-time */
            revoked_at?: string | null;
            revoked_reason?: string | null;
            simulated: boolean;
            status: string;
            version: string;
        };
        ImageChange: {
            /** @description `draft`, `testing`, `production`, `deprecated` or `retired`; only forward. */
            status: string;
        };
        /** @description A family of images. */
        ImageFamily: {
            /**
             * Format: int64
             * @description Assets that run some version of it, or are linked to it without their version being known.
             */
            assets: number;
            family: string;
            /** @description The newest version of each status, of those that are not revoked. */
            latest: components["schemas"]["FamilyLatest"][];
            /**
             * Format: int64
             * @description Of them, those that run its newest version in production.
             */
            on_newest: number;
            /**
             * Format: int64
             * @description Of them, those that run a revoked version.
             */
            on_revoked: number;
            /** @description Every version was made up by the simulator. */
            simulated: boolean;
            /**
             * Format: int64
             * @description Of these assets, those that run a registered version; of the others only the family is known.
             */
            version_known: number;
            /** Format: int64 */
            versions: number;
        };
        /** @description A vulnerability of an image. */
        ImageFinding: {
            cvss?: components["schemas"]["Cvss"] | null;
            epss?: components["schemas"]["EpssScore"] | null;
            /** @description Whether a fixed version is published for all, for some or for none of the affected packages. */
            fix: components["schemas"]["Fix"];
            /** @description The image's packages that have it, each with the version that ends it; by name. */
            fixes: components["schemas"]["PackageFix"][];
            /** @description The CVE where there is one, else the advisory's own id. */
            id: string;
            kev?: components["schemas"]["KevEntry"] | null;
            /** Format: date-time */
            published?: string | null;
            /** @description The worst rating among the image's packages. Absent when nobody rates it. */
            severity?: string | null;
            summary: string;
            urgency: components["schemas"]["Urgency"];
        };
        /** @description How the versions of a family follow each other. */
        ImageLineage: {
            family: string;
            /** @description The oldest first. */
            versions: components["schemas"]["LineageVersion"][];
        };
        /** @description Versions of images against a dimension of the assets that run them. */
        ImageMatrix: {
            /** Format: date-time */
            as_of: string;
            /**
             * Format: int64
             * @description Every asset that was asked about.
             */
            assets: number;
            /**
             * Format: int64
             * @description Of them, those that run no registered version: they are in no row.
             */
            assets_unlinked: number;
            /** @description What the columns are, as a key of the filter language. */
            by: string;
            /** @description The columns with the most assets first; a value that is absent is not known. */
            columns: components["schemas"]["MatrixColumn"][];
            /** Format: int64 */
            columns_total: number;
            /**
             * Format: date-time
             * @description When the newest feed was imported; absent figures of vulnerabilities mean that nothing is known.
             */
            feeds_as_of?: string | null;
            /** @description By family, the newest version first. */
            rows: components["schemas"]["MatrixRow"][];
            /** Format: int64 */
            rows_total: number;
            /**
             * Format: int64
             * @description Of all assets, those that the simulator made up.
             */
            simulated: number;
        };
        /** @description A version as it is at a moment. Its entity tag is that of the version alone. */
        ImageNow: components["schemas"]["Image"] & {
            /** Format: date-time */
            as_of: string;
        };
        /** @description One page of the packages of an image. */
        ImagePackages: {
            /** Format: date-time */
            as_of: string;
            items: components["schemas"]["Package"][];
            next_cursor?: string | null;
            /** Format: uuid */
            resource_id: string;
            software: components["schemas"]["ImageSoftware"];
            /**
             * Format: int64
             * @description Absent when the packages are not known, which is not the same as none.
             */
            total?: number | null;
        };
        ImagePromote: {
            /** @description `testing` or `production`, which is the default. */
            to?: string | null;
        };
        ImageRevoke: {
            /** @description Why nobody should run it any more; 1 to 500 characters. */
            reason: string;
        };
        /** @description Whether it is known what an image holds. */
        ImageSoftware: {
            /** @description Why it is not known. */
            code?: string | null;
            detail?: string | null;
            /** Format: date-time */
            read_at?: string | null;
            state: components["schemas"]["SoftwareState"];
        };
        /** @description A version of a golden image, as lists show it. */
        ImageSummary: {
            /** Format: date-time */
            created_at: string;
            family: string;
            /** @description Form of the contract: `a`, `b` or `c`. */
            form: string;
            /** @description An SBOM is attached. */
            has_sbom: boolean;
            /** Format: uuid */
            id: string;
            /** @description What assets of the family should run: its newest version in production. */
            newest: boolean;
            /** Format: date-time */
            published_at?: string | null;
            /** Format: date-time */
            revoked_at?: string | null;
            revoked_reason?: string | null;
            /**
             * Format: int64
             * @description Assets that ran it at the moment that the list speaks of.
             */
            running: number;
            simulated: boolean;
            /** @description `draft`, `testing`, `production`, `deprecated` or `retired`. */
            status: string;
            /**
             * Format: date-time
             * @description Since when a newer version is out, or this one was withdrawn.
             */
            superseded_at?: string | null;
            version: string;
        };
        /** @description One page of what is wrong with the packages of an image. */
        ImageVulnerabilities: {
            /** Format: date-time */
            as_of: string;
            counts?: components["schemas"]["Counts"] | null;
            /** Format: date-time */
            feeds_as_of?: string | null;
            items: components["schemas"]["ImageFinding"][];
            /** @description False: the packages are not known, or no feed speaks of them. Then nothing below says that the image is safe. */
            judged: boolean;
            next_cursor?: string | null;
            /** Format: uuid */
            resource_id: string;
            software: components["schemas"]["ImageSoftware"];
            /** Format: int64 */
            total?: number | null;
            urgency?: components["schemas"]["UrgencyCounts"] | null;
        };
        /** @description An advisory that names a package of the image. */
        ImageVulnerability: {
            /** @description Id of the advisory in its own database. */
            advisory: string;
            cves: string[];
            /** Format: float */
            cvss_score?: number | null;
            ecosystem: string;
            /**
             * Format: float
             * @description EPSS, 0 to 1.
             */
            exploit_probability?: number | null;
            /** @description Absent where no fixed version is published. */
            fixed_version?: string | null;
            /** @description In CISA's catalogue of known exploited vulnerabilities. */
            known_exploited: boolean;
            package: string;
            severity?: string | null;
            summary: string;
            version: string;
        };
        /** @description CISA's catalogue of known exploited vulnerabilities. */
        KevEntry: {
            /** @description ISO 8601, as are all dates. */
            date_added: string;
            due_date?: string | null;
            ransomware?: boolean | null;
        };
        /** @description How long assets had been behind the newest published version of their image. */
        LagDay: {
            /** Format: int64 */
            behind: number;
            /**
             * Format: int64
             * @description Assets linked to a version whose place in its family was known: the denominator.
             */
            measured: number;
            /**
             * Format: int64
             * @description Over the measured ones, those that were not behind counting as 0; absent when nothing was measured.
             */
            median_days?: number | null;
            /** Format: int64 */
            p90_days?: number | null;
        };
        LineageVersion: {
            ci_pipeline_url?: string | null;
            coordinates: components["schemas"]["Coordinate"][];
            /** Format: date-time */
            created_at: string;
            git_commit?: string | null;
            /** Format: uuid */
            id: string;
            newest: boolean;
            /** @description The version before it and the one after it, in the order of versions. */
            predecessor?: string | null;
            /** Format: date-time */
            published_at?: string | null;
            revoked: boolean;
            /**
             * Format: int64
             * @description Assets that run it now.
             */
            running: number;
            simulated: boolean;
            /** @description What it was built from, as its contract says; absent when that says nothing. */
            source_image?: string | null;
            /** @description `family:version` of it. */
            source_version?: string | null;
            /**
             * Format: uuid
             * @description The registered version that `source_image` names, by name or by coordinate; absent when it names none.
             */
            source_version_id?: string | null;
            status: string;
            successor?: string | null;
            /** Format: date-time */
            superseded_at?: string | null;
            version: string;
        };
        /** @description Assets whose link would change in the same way. */
        LinkChange: {
            /** Format: int64 */
            assets: number;
            /** @description Names of up to five of them. */
            examples: string[];
            /** @description `family:version`, `family`, `ambiguous`, or absent for none. */
            from?: string | null;
            to?: string | null;
        };
        LinkRule: {
            family: string;
            /** Format: uuid */
            id: string;
            name: string;
            /**
             * Format: int32
             * @description Order in which rules are shown; all that fit must agree.
             */
            position: number;
            selector: components["schemas"]["Selector"];
            /** @description Absent: the family is known and the version is not; the contract of its newest version applies. */
            version?: string | null;
        };
        LinkRuleCreate: {
            family: string;
            /** @description 1 to 100 characters; shown as the proof of a link. */
            name: string;
            /** Format: int32 */
            position?: number;
            selector: components["schemas"]["Selector"];
            version?: string | null;
        };
        /** @description What a rule would change. Nothing is saved. */
        LinkRulePreview: {
            /**
             * Format: int64
             * @description Assets that were looked at: all there are.
             */
            assets: number;
            /**
             * Format: int64
             * @description Assets whose link would be another.
             */
            changed: number;
            changes: components["schemas"]["LinkChange"][];
            /**
             * Format: int64
             * @description Assets that the selector fits.
             */
            fits: number;
        };
        MappingAssetChange: {
            fields: components["schemas"]["MappingFieldChange"][];
            /** Format: uuid */
            id: string;
            name: string;
            simulated: boolean;
        };
        /** @description All that are given must hold; none at all holds for every asset. */
        MappingConditions: {
            /** @default null */
            account: components["schemas"]["MappingPattern"] | null;
            /** @default null */
            connector: components["schemas"]["MappingPattern"] | null;
            /** @default null */
            env: components["schemas"]["MappingPattern"] | null;
            /** @default [] */
            kinds: string[];
            /**
             * @description By key; an asset without the label does not fit.
             * @default {}
             */
            labels: {
                [key: string]: components["schemas"]["MappingPattern"];
            };
            /** @default null */
            name: components["schemas"]["MappingPattern"] | null;
            /** @default null */
            owner: components["schemas"]["MappingPattern"] | null;
            /** @default [] */
            platforms: string[];
            /** @default null */
            project: components["schemas"]["MappingPattern"] | null;
            /** @default null */
            region: components["schemas"]["MappingPattern"] | null;
            /** @default null */
            site: components["schemas"]["MappingPattern"] | null;
            /** @default null */
            workload: components["schemas"]["MappingPattern"] | null;
        };
        /** @description What the rules must make of a made-up asset. */
        MappingExample: {
            expect?: {
                [key: string]: string;
            };
            /** @description What a connector would say. */
            given: unknown;
            name: string;
            /** @description Fields that must stay unknown. */
            unknown?: string[];
        };
        MappingFieldChange: {
            after?: string | null;
            /** @description Absent: unknown. */
            before?: string | null;
            field: string;
            /** @description That sets it; absent when it is as the connector says. */
            rule?: string | null;
        };
        MappingFieldCounts: {
            /**
             * Format: int64
             * @description Another value.
             */
            changed: number;
            field: string;
            /**
             * Format: int64
             * @description Unknown now, and known then.
             */
            gained: number;
            /**
             * Format: int64
             * @description Known now, and unknown then.
             */
            lost: number;
            /** Format: int64 */
            unknown_after: number;
            /** Format: int64 */
            unknown_before: number;
        };
        /** @description A condition on a text: a glob (`*`, `?`) over the whole of it, or a regular expression found anywhere in it. */
        MappingPattern: string | {
            regex: string;
        };
        /** @description What rules would change, over every asset. Nothing is saved. */
        MappingPreview: {
            /**
             * Format: int64
             * @description Assets that were looked at: all there are.
             */
            assets: number;
            /**
             * Format: int64
             * @description With another value in at least one field.
             */
            changed: number;
            /** @description The first of those that change. */
            examples: components["schemas"]["MappingAssetChange"][];
            fields: components["schemas"]["MappingFieldCounts"][];
            /**
             * Format: int64
             * @description With the same values, some of them from another rule than now.
             */
            proof_only: number;
            rules: components["schemas"]["MappingRuleReach"][];
        };
        MappingRule: {
            /** @description Shown as the proof of what it sets. */
            name: string;
            /** @description Field (`site`, `env`, `project`, `workload`, `owner`, `criticality`, `image_family`) → text with `${…}` in it. */
            set: {
                [key: string]: string;
            };
            when: components["schemas"]["MappingConditions"];
        };
        MappingRuleReach: {
            /**
             * Format: int64
             * @description For which it decides at least one field; 0 is a rule that does nothing.
             */
            assets: number;
            name: string;
        };
        /** @description One version of the rules. Its `ETag` guards the next change. */
        MappingRules: {
            /** @description Who saved it; absent before the first. */
            author?: string | null;
            /** @description As it was sent; absent before the first. */
            document?: string | null;
            examples: components["schemas"]["MappingExample"][];
            /** @description In the order in which they are looked at. */
            rules: components["schemas"]["MappingRule"][];
            /** Format: date-time */
            since?: string | null;
            /**
             * Format: date-time
             * @description Absent while it holds.
             */
            until?: string | null;
            /**
             * Format: int32
             * @description 0 while there are none yet.
             */
            version: number;
        };
        MappingRulesNow: components["schemas"]["MappingRules"] & {
            /** @description Whether every stored asset was mapped by the rules that hold. */
            applied: boolean;
            /**
             * Format: int64
             * @description All assets there are.
             */
            assets: number;
            /** @description The `ETag` once more: what a change sends as `If-Match`. */
            etag: string;
            unmapped: components["schemas"]["MappingUnmapped"][];
        };
        /** @description Assets without a value in one field. */
        MappingUnmapped: {
            /** Format: int64 */
            assets: number;
            field: string;
            /** @description That lists just them: `site:unknown`. */
            filter: string;
        };
        /** @description Who saved which version, and when. */
        MappingVersion: {
            author: string;
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until?: string | null;
            /** Format: int32 */
            version: number;
        };
        MatrixCell: {
            /** Format: int64 */
            assets: number;
            /**
             * Format: int64
             * @description Of the assets, those that are as the contract says.
             */
            current: number;
            /**
             * Format: int64
             * @description Whole days since then.
             */
            drift_days?: number | null;
            /**
             * Format: date-time
             * @description Since when the first of the assets that are not current has been as it is.
             */
            drifted_since?: string | null;
            findings?: components["schemas"]["FindingCounts"] | null;
            /**
             * Format: int64
             * @description Of the assets, those whose packages some feed speaks of.
             */
            judged: number;
            /** Format: int64 */
            simulated: number;
            /** @description The column's value; absent is not known. */
            value?: string | null;
        };
        MatrixColumn: {
            /** Format: int64 */
            assets: number;
            value?: string | null;
        };
        MatrixRow: {
            /**
             * Format: int64
             * @description Assets that run it, of those that were asked about.
             */
            assets: number;
            /** @description Columns without an asset are left out. */
            cells: components["schemas"]["MatrixCell"][];
            family: string;
            /** Format: uuid */
            id: string;
            newest: boolean;
            revoked: boolean;
            /** @description The version was made up by the simulator. */
            simulated: boolean;
            status: string;
            /** Format: date-time */
            superseded_at?: string | null;
            /**
             * Format: int64
             * @description Whole days since then.
             */
            superseded_days?: number | null;
            version: string;
            /**
             * Format: int32
             * @description Absent while no version of the family is in production.
             */
            versions_behind?: number | null;
        };
        Me: {
            /** Format: uuid */
            id: string;
            /** @description One of those who run the installation for all its organisations. */
            installation: boolean;
            /** @description `person` or `token`. */
            kind: string;
            name: string;
            /** Format: uuid */
            org_id: string;
            org_name: string;
            /** @description After narrowing by the token's scopes. */
            permissions: string[];
            role: components["schemas"]["RoleName"];
            session?: components["schemas"]["SessionView"] | null;
        };
        Member: {
            /** Format: date-time */
            added_at: string;
            /** Format: uuid */
            id: string;
            /** @description One of those who run the installation for all its organisations. */
            installation: boolean;
            login: string;
            role: components["schemas"]["RoleName"];
        };
        MemberChange: {
            /** @description Who runs the installation; needs `installation:manage`. */
            installation?: boolean | null;
            role?: components["schemas"]["RoleName"] | null;
        };
        MemberCreate: {
            /** @description 1 to 100 of `a-z 0-9 . _ @ + -`, unique in the installation. */
            login: string;
            role: components["schemas"]["RoleName"];
        };
        /** @description What an organisation adds to the shipped rules. */
        NewPolicyBundle: {
            freezes?: components["schemas"]["PolicyFreeze"][];
            /** @description Rules and tests by path: `friday.rego`, `friday_test.rego`. None: the shipped rules alone. */
            modules: {
                [key: string]: string;
            };
        };
        /** @description The way from an empty installation to a picture of one's own; each step is ticked by a fact. */
        Onboarding: {
            /** Format: date-time */
            as_of: string;
            simulated: components["schemas"]["SimulatedEstate"];
            steps: components["schemas"]["OnboardingStep"][];
        };
        OnboardingStep: {
            /** @description A command that does it. */
            command: string;
            done: boolean;
            /** @description The fact that ticks it, as a sentence; absent while there is none. */
            fact?: string | null;
            /** @description What this step does not have yet, where that can be named: of what no advisories are held. */
            missing?: string | null;
            /**
             * Format: date-time
             * @description When that became true, as far as it is known.
             */
            since?: string | null;
            /** @description `host_seen`, `feed_present`, `contract_registered`, `image_linked` or `connector_added`. */
            step: string;
        };
        Organization: {
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            name: string;
            /** @description Short name, for good. */
            slug: string;
        };
        OrganizationChange: {
            /** @description 1 to 200 characters. */
            name: string;
        };
        OrganizationFreshness: {
            budget: components["schemas"]["FreshnessBudget"];
            /** @description Connectors with a budget of their own. */
            connectors: components["schemas"]["ConnectorFreshness"][];
            /** @description The organisation set none: this is the product's own. */
            is_default: boolean;
            /**
             * Format: date-time
             * @description Since when it holds; absent for the product's own.
             */
            since?: string | null;
        };
        OrganizationSla: {
            /**
             * Format: int64
             * @description Image versions whose contract states times of its own, which then hold for the assets that run them.
             */
            contracts: number;
            /** @description The organisation set none: these are the product's own. */
            is_default: boolean;
            /**
             * Format: date-time
             * @description Since when they hold; absent for the product's own.
             */
            since?: string | null;
            times: components["schemas"]["SlaTimes"];
        };
        /** @description The state of the whole estate. Every figure carries its denominator; what is not known is counted as such. */
        Overview: {
            /** Format: date-time */
            as_of: string;
            assets: components["schemas"]["AssetCounts"];
            collection: components["schemas"]["CollectionHealth"];
            /** @description What the other figures rest on: assets by how old what is known of them is. */
            coverage: components["schemas"]["AssetFigures"];
            /** @description Drift against golden images, of all assets. */
            drift: components["schemas"]["DriftTally"];
            feeds: components["schemas"]["FeedHealth"];
            findings: components["schemas"]["Findings"];
            patch_lag: components["schemas"]["PatchLag"];
            platforms: components["schemas"]["PlaceTally"][];
            security_updates: components["schemas"]["SecurityUpdates"];
            sites: components["schemas"]["PlaceTally"][];
        };
        /** @description A browser that is signed in as the caller. */
        OwnSession: {
            /** Format: date-time */
            created_at: string;
            /** @description The session of this request. */
            current: boolean;
            /** Format: date-time */
            expires_at: string;
            /** Format: uuid */
            id: string;
            /**
             * Format: date-time
             * @description When a request last came with it, to five minutes; absent: with none yet.
             */
            used_at?: string | null;
            /** @description As the browser named itself when it signed in; anybody can write anything there. */
            user_agent?: string | null;
        };
        Package: {
            arch: string;
            ecosystem: string;
            licenses: string[];
            name: string;
            /** @description Package URL, <https://github.com/package-url/purl-spec>; absent where the ecosystem has none. */
            purl?: string | null;
            source_name: string;
            source_version: string;
            version: string;
        };
        PackageChanged: {
            after: string;
            arch: string;
            before: string;
            name: string;
        };
        /** @description A package version that has it, and what ends it there. */
        PackageFix: {
            advisory: string;
            arch: string;
            ecosystem: string;
            /** @description The first version without it; absent when none is published. */
            fixed_version?: string | null;
            name: string;
            version: string;
        };
        PackageSetInfo: {
            /** @description How it was learned: `observed`, `reported` or `inferred`. */
            confidence?: string | null;
            /** @description SHA-256 of the set's content. */
            digest: string;
            packages: number;
        };
        /** @description One page of a list. */
        PageBody_AssetDrift: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                /** Format: uuid */
                asset_id: string;
                differences: components["schemas"]["DifferenceCounts"];
                env?: string | null;
                family?: string | null;
                /** @description `family:version` that it runs. */
                image?: string | null;
                /** Format: uuid */
                image_id?: string | null;
                /**
                 * Format: int64
                 * @description Whole days since a newer version is out.
                 */
                lag_days?: number | null;
                name: string;
                /**
                 * Format: int32
                 * @description Security updates that its package manager would install; absent is unknown.
                 */
                pending_security?: number | null;
                platform?: string | null;
                /** @description How it was linked to its image, or why it was not. */
                proof?: string | null;
                /** @description Of the worst difference, the age of an image lag included. */
                severity: string;
                simulated: boolean;
                /**
                 * Format: date-time
                 * @description Since when it is judged like this.
                 */
                since?: string | null;
                site?: string | null;
                /** @description `current`, `outdated`, `ahead`, `unmanaged` or `unknown`. */
                state: string;
                /** Format: date-time */
                superseded_at?: string | null;
                /**
                 * Format: uuid
                 * @description The version that it should run.
                 */
                target_id?: string | null;
                /** Format: int32 */
                versions_behind?: number | null;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_AssetSummary: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                account?: string | null;
                /**
                 * Format: date-time
                 * @description When that was; absent: it never was listed completely.
                 */
                confirmed_at?: string | null;
                connector?: string | null;
                criticality?: string | null;
                /**
                 * Format: int32
                 * @description Packages, services and settings that are other than expected.
                 */
                differences: number;
                /** @description `current`, `outdated`, `ahead`, `unmanaged` or `unknown`. */
                drift?: string | null;
                /** Format: date-time */
                drift_since?: string | null;
                env?: string | null;
                exposure?: string | null;
                /**
                 * Format: date-time
                 * @description Since when the facts are as shown.
                 */
                fact_from: string;
                family?: string | null;
                /** Format: date-time */
                first_seen: string;
                /** @description `fresh`, `stale` or `unknown`: how old the last complete listing of its scope is. */
                freshness: string;
                /** Format: uuid */
                id: string;
                /** @description `family:version` that it runs. */
                image?: string | null;
                image_ref?: string | null;
                kind?: string | null;
                name: string;
                native_id: string;
                os?: string | null;
                os_version?: string | null;
                owner?: string | null;
                /** @description Distinct packages; absent when the software is not known. */
                packages?: number | null;
                /**
                 * Format: int32
                 * @description Security updates that its own package manager would install.
                 */
                pending_security?: number | null;
                platform?: string | null;
                project?: string | null;
                region?: string | null;
                /** @description Made up by the simulator. */
                simulated: boolean;
                site?: string | null;
                state?: string | null;
                /**
                 * Format: int32
                 * @description Expectations that could not be compared.
                 */
                unknowns: number;
                workload?: string | null;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_AuditEntry: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                actor: string;
                /** Format: date-time */
                at: string;
                /** @description Over this row and all before it, 64 hexadecimal digits. */
                hash: string;
                method: string;
                path: string;
                permission: string;
                /** @description `begin` before the work, `end` after it. */
                phase: string;
                /** Format: uuid */
                request_id: string;
                /**
                 * Format: int64
                 * @description 1, 2, 3 … without gaps.
                 */
                seq: number;
                /**
                 * Format: int32
                 * @description HTTP status; in `end` only.
                 */
                status?: number | null;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_Deployment: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                /** Format: uuid */
                asset_id: string;
                /** Format: int32 */
                differences: number;
                drift?: string | null;
                env?: string | null;
                name: string;
                platform?: string | null;
                simulated: boolean;
                site?: string | null;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_ImageFamily: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                /**
                 * Format: int64
                 * @description Assets that run some version of it, or are linked to it without their version being known.
                 */
                assets: number;
                family: string;
                /** @description The newest version of each status, of those that are not revoked. */
                latest: components["schemas"]["FamilyLatest"][];
                /**
                 * Format: int64
                 * @description Of them, those that run its newest version in production.
                 */
                on_newest: number;
                /**
                 * Format: int64
                 * @description Of them, those that run a revoked version.
                 */
                on_revoked: number;
                /** @description Every version was made up by the simulator. */
                simulated: boolean;
                /**
                 * Format: int64
                 * @description Of these assets, those that run a registered version; of the others only the family is known.
                 */
                version_known: number;
                /** Format: int64 */
                versions: number;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_ImageSummary: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                /** Format: date-time */
                created_at: string;
                family: string;
                /** @description Form of the contract: `a`, `b` or `c`. */
                form: string;
                /** @description An SBOM is attached. */
                has_sbom: boolean;
                /** Format: uuid */
                id: string;
                /** @description What assets of the family should run: its newest version in production. */
                newest: boolean;
                /** Format: date-time */
                published_at?: string | null;
                /** Format: date-time */
                revoked_at?: string | null;
                revoked_reason?: string | null;
                /**
                 * Format: int64
                 * @description Assets that ran it at the moment that the list speaks of.
                 */
                running: number;
                simulated: boolean;
                /** @description `draft`, `testing`, `production`, `deprecated` or `retired`. */
                status: string;
                /**
                 * Format: date-time
                 * @description Since when a newer version is out, or this one was withdrawn.
                 */
                superseded_at?: string | null;
                version: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_ImageVulnerability: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                /** @description Id of the advisory in its own database. */
                advisory: string;
                cves: string[];
                /** Format: float */
                cvss_score?: number | null;
                ecosystem: string;
                /**
                 * Format: float
                 * @description EPSS, 0 to 1.
                 */
                exploit_probability?: number | null;
                /** @description Absent where no fixed version is published. */
                fixed_version?: string | null;
                /** @description In CISA's catalogue of known exploited vulnerabilities. */
                known_exploited: boolean;
                package: string;
                severity?: string | null;
                summary: string;
                version: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_LinkRule: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                family: string;
                /** Format: uuid */
                id: string;
                name: string;
                /**
                 * Format: int32
                 * @description Order in which rules are shown; all that fit must agree.
                 */
                position: number;
                selector: components["schemas"]["Selector"];
                /** @description Absent: the family is known and the version is not; the contract of its newest version applies. */
                version?: string | null;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_MappingVersion: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                author: string;
                /** Format: date-time */
                since: string;
                /** Format: date-time */
                until?: string | null;
                /** Format: int32 */
                version: number;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_Member: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                /** Format: date-time */
                added_at: string;
                /** Format: uuid */
                id: string;
                /** @description One of those who run the installation for all its organisations. */
                installation: boolean;
                login: string;
                role: components["schemas"]["RoleName"];
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_Package: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                arch: string;
                ecosystem: string;
                licenses: string[];
                name: string;
                /** @description Package URL, <https://github.com/package-url/purl-spec>; absent where the ecosystem has none. */
                purl?: string | null;
                source_name: string;
                source_version: string;
                version: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_Part_EnvironmentSpec: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                /**
                 * Format: int64
                 * @description That carry the name, among those asked about.
                 */
                assets: number;
                declared?: components["schemas"]["Declared_EnvironmentSpec"] | null;
                /** @description Absent: assets of which it is not known. */
                name?: string | null;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_Part_ProjectSpec: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                /**
                 * Format: int64
                 * @description That carry the name, among those asked about.
                 */
                assets: number;
                declared?: components["schemas"]["Declared_ProjectSpec"] | null;
                /** @description Absent: assets of which it is not known. */
                name?: string | null;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_PlanSummary: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                author: string;
                /** Format: date-time */
                created_at: string;
                /** @description SHA-256 of the plan's canonical JSON, 64 hexadecimal digits. */
                digest: string;
                /** Format: uuid */
                id: string;
                /** @description `exec` */
                kind: string;
                /**
                 * Format: uuid
                 * @description The plan that it takes the place of.
                 */
                parent_id?: string | null;
                /** @description `low`, `medium`, `high` or `critical` */
                risk_level: string;
                /** Format: int32 */
                risk_score: number;
                /**
                 * Format: int32
                 * @description Of the targets, those that only the simulator knows.
                 */
                simulated_targets: number;
                /** Format: int32 */
                targets: number;
                title: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_PlanTarget: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                /** Format: uuid */
                asset_id: string;
                /** @description Absent: not known. */
                criticality?: string | null;
                env?: string | null;
                /** @description Of the fact that it was taken from. */
                fact_hash: string;
                /**
                 * Format: date-time
                 * @description When that fact was recorded.
                 */
                fact_recorded: string;
                name: string;
                platform: string;
                simulated: boolean;
                site?: string | null;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_PlatformImage: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                coordinates: components["schemas"]["Coordinate"][];
                family: string;
                /** Format: uuid */
                id: string;
                revoked: boolean;
                simulated: boolean;
                status: string;
                version: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_PolicyBundle: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                author: string;
                freezes: components["schemas"]["PolicyFreeze"][];
                /** @description Rules and tests by path. */
                modules: {
                    [key: string]: string;
                };
                /** Format: date-time */
                saved_at: string;
                /** Format: int32 */
                version: number;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_PolicyDecision: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: (components["schemas"]["PolicyVerdict"] & {
                /** @description As the audit trail names them. */
                actor: string;
                /** @description `created`: when the plan was made; `checked`: somebody asked for it. */
                asked: string;
                /** Format: uuid */
                id: string;
                /** @description Of the plan's canonical JSON. */
                plan_digest: string;
                /** Format: uuid */
                plan_id: string;
                plan_title: string;
            })[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_Resource: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                account?: string | null;
                /**
                 * Format: date-time
                 * @description When that was; absent: it never was listed completely.
                 */
                confirmed_at?: string | null;
                /** Format: uuid */
                connector_id: string;
                /**
                 * Format: date-time
                 * @description Since when the facts are as shown.
                 */
                fact_from: string;
                /**
                 * Format: date-time
                 * @description Until when; absent while it is still there.
                 */
                fact_to?: string | null;
                /** @description By its kind; a field that is null is not known. */
                facts: Record<string, never>;
                /** @description `fresh`, `stale` or `unknown`: how old the last complete listing of its scope is. */
                freshness: string;
                /** Format: uuid */
                id: string;
                /** @description `machine_image`, `container_image`, `scaling_group`, `certificate`, `volume`, `public_address`, `workload`, `cluster` or `hypervisor`. */
                kind: string;
                labels: {
                    [key: string]: string;
                };
                /** @description Where the mapping rules of that moment say that it belongs, by field (`env`, `site`, `owner` …); what no rule says is left out. */
                mapped: {
                    [key: string]: components["schemas"]["ResourceMapped"];
                };
                name: string;
                native_id: string;
                platform: string;
                region?: string | null;
                /** @description Made up by the simulator. */
                simulated: boolean;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_SavedView: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                /** @description Path and query of a page of the control tower, such as `/fleet?q=platform:aws`. */
                address: string;
                author: string;
                /** Format: date-time */
                changed_at: string;
                /** Format: uuid */
                id: string;
                name: string;
                /** @description The caller made it, and may change it by saving it again. */
                own: boolean;
                /** @description Everybody of the organisation sees it; otherwise its author alone. */
                shared: boolean;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_ScopeCoverage: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                account: string;
                /**
                 * Format: int32
                 * @description At the last complete listing.
                 */
                assets: number;
                /**
                 * Format: int64
                 * @description Assets that it lists and that are in the estate now: what `scope:ID` finds.
                 */
                assets_now: number;
                /** Format: date-time */
                attempted_at: string;
                /** @description Why the last attempt was not complete. */
                code?: string | null;
                /**
                 * Format: date-time
                 * @description Absent: never listed completely, so nothing can be concluded from absence there.
                 */
                completed_at?: string | null;
                connector: string;
                /** Format: uuid */
                connector_id: string;
                detail?: string | null;
                /** @description `fresh`, `stale` or `unknown`, by the budget of its connector. */
                freshness: string;
                /** @description Path of the page that explains the code, where there is one. */
                help?: string | null;
                /**
                 * Format: int64
                 * @description For a filter of assets: `scope:17`.
                 */
                id: number;
                kind: string;
                /** @description Somebody has to grant something before it can be listed. */
                permission_gap: boolean;
                region: string;
                /** Format: int32 */
                resources: number;
                simulated: boolean;
                /**
                 * @description How the last listing ended: `complete`, `partial`, `unlisted` (the collection did not come across it any more),
                 *     `never` (not once complete) or `gone` (its provider said so, and nothing is in it; told only when asked for).
                 */
                state: string;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_Sync: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                /** Format: int32 */
                added: number;
                /** @description Who asked to stop it; it is running until it has an end. */
                cancelled_by?: string | null;
                /** Format: int32 */
                changed: number;
                code?: string | null;
                /** Format: uuid */
                connector_id: string;
                detail?: string | null;
                /** Format: date-time */
                ended_at?: string | null;
                /**
                 * Format: int32
                 * @description Missing, and so many that a person must confirm the removal.
                 */
                held_back: number;
                /** @description Path of the page that explains the code, where there is one. */
                help?: string | null;
                /** Format: uuid */
                id: string;
                /** @description `queued`, `running`, `complete`, `partial`, `failed` or `interrupted`. */
                outcome: string;
                /** Format: int32 */
                partial_scopes: number;
                /** Format: int32 */
                problems: number;
                /** Format: date-time */
                queued_at: string;
                /** Format: int32 */
                removed: number;
                requested_by: string;
                /**
                 * Format: int64
                 * @description What was asked of the provider's API; absent where nobody counted, as before this was counted.
                 */
                requests?: number | null;
                /**
                 * Format: int32
                 * @description Images, volumes, certificates and what else no patch is for; the counts above are those of assets.
                 */
                resources_added: number;
                /** Format: int32 */
                resources_changed: number;
                /** Format: int32 */
                resources_removed: number;
                /** Format: int32 */
                scopes: number;
                /** Format: date-time */
                started_at?: string | null;
                /** Format: int32 */
                unchanged: number;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        PageBody_Token: {
            /**
             * Format: date-time
             * @description The moment that the list speaks of.
             */
            as_of: string;
            items: {
                /** Format: date-time */
                created_at: string;
                created_by: string;
                /** Format: date-time */
                expires_at: string;
                /** Format: uuid */
                id: string;
                /** @description It may also do what concerns all organisations of the installation, within its role and scopes. */
                installation: boolean;
                /**
                 * Format: date-time
                 * @description To the minute.
                 */
                last_used_at?: string | null;
                name: string;
                /** Format: date-time */
                revoked_at?: string | null;
                role: components["schemas"]["RoleName"];
                /** @description Permissions that narrow the role; absent when the role stands as it is. */
                scopes?: string[] | null;
            }[];
            /** @description Send it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all.
             */
            total: number;
        };
        /** @description A word that assets carry, a declaration, or both. */
        Part_EnvironmentSpec: {
            /**
             * Format: int64
             * @description That carry the name, among those asked about.
             */
            assets: number;
            declared?: components["schemas"]["Declared_EnvironmentSpec"] | null;
            /** @description Absent: assets of which it is not known. */
            name?: string | null;
        };
        /** @description A word that assets carry, a declaration, or both. */
        Part_ProjectSpec: {
            /**
             * Format: int64
             * @description That carry the name, among those asked about.
             */
            assets: number;
            declared?: components["schemas"]["Declared_ProjectSpec"] | null;
            /** @description Absent: assets of which it is not known. */
            name?: string | null;
        };
        PasswordChange: {
            /** @description At least 12 characters. */
            new: string;
            /** @description Needed when there is one already. */
            old?: string | null;
        };
        PatchEnvironment: {
            /** Format: int64 */
            assets: number;
            /**
             * Format: int64
             * @description Of them, those in the state `current`.
             */
            current: number;
            /** @description Absent where the environment is not known. */
            env?: string | null;
        };
        /** @description How long assets have been behind the newest published version of their image. */
        PatchLag: {
            /**
             * Format: int64
             * @description Of those, behind.
             */
            behind: number;
            /** Format: int64 */
            critical: number;
            /**
             * Format: int64
             * @description Of those behind: for up to 14 days, for more than 14, and for more than 30.
             */
            fresh: number;
            /**
             * Format: int64
             * @description Assets linked to a version whose place in its family is known: the denominator.
             */
            measured: number;
            /**
             * Format: int64
             * @description Over the measured ones, those that are not behind counting as 0; absent when nothing was measured.
             */
            median_days?: number | null;
            /** Format: int64 */
            p90_days?: number | null;
            /**
             * Format: int64
             * @description Behind since an unknown moment; not in the percentiles.
             */
            undated: number;
            /** Format: int64 */
            warning: number;
        };
        /** @description The row of a family in the image × patch matrix. */
        PatchStatus: {
            family: string;
            /** @description Newest first. */
            versions: components["schemas"]["PatchVersion"][];
        };
        PatchVersion: {
            /** @description Assets that run it, by environment. */
            environments: components["schemas"]["PatchEnvironment"][];
            /** Format: uuid */
            id: string;
            newest: boolean;
            revoked: boolean;
            status: string;
            /** Format: date-time */
            superseded_at?: string | null;
            version: string;
            /**
             * Format: int32
             * @description Absent while no version of the family is in production.
             */
            versions_behind?: number | null;
        };
        PlaceTally: {
            drift: components["schemas"]["DriftTally"];
            /** @description Absent: not known. */
            name?: string | null;
        };
        /** @description Targets by what they are; each list adds up to the number of targets. */
        PlanBlastRadius: {
            criticalities: components["schemas"]["PlanShare"][];
            environments: components["schemas"]["PlanShare"][];
            platforms: components["schemas"]["PlanShare"][];
            sites: components["schemas"]["PlanShare"][];
        };
        /** @description What makes one plan another than the one it is compared with. */
        PlanDifference: {
            factors: components["schemas"]["PlanFactorChange"][];
            /** @description Title, selection, limits, window and expectation. */
            fields: components["schemas"]["PlanFieldChange"][];
            /** Format: int32 */
            risk_score_after: number;
            /** Format: int32 */
            risk_score_before: number;
            /** @description Both would do the same to the same. */
            same: boolean;
            steps: components["schemas"]["PlanStepChange"][];
            /** @description The first of them all. */
            targets: components["schemas"]["PlanTargetChange"][];
            /** Format: int64 */
            targets_added: number;
            /** Format: int64 */
            targets_changed: number;
            /** Format: int64 */
            targets_removed: number;
            /**
             * Format: uuid
             * @description The plan of before.
             */
            with: string;
        };
        /** @description What its author expects. */
        PlanExpected: {
            /**
             * Format: int32
             * @description In whole units of the currency; absent: unknown.
             */
            cost?: number | null;
            /** @description `declared` by the author, or `unknown`. */
            cost_source: string;
            /** @description ISO 4217. */
            currency?: string | null;
            /**
             * Format: int32
             * @description Absent: unknown.
             */
            minutes?: number | null;
            /** @description `declared` by the author, or `unknown`. */
            minutes_source: string;
        };
        PlanFactorChange: {
            /** Format: int32 */
            after: number;
            basis_after: string;
            basis_before: string;
            /** Format: int32 */
            before: number;
            factor: string;
        };
        PlanFieldChange: {
            after?: unknown;
            /** @description Absent: not said. */
            before?: unknown;
            field: string;
        };
        PlanLimits: {
            /**
             * Format: int32
             * @description Targets that a step works on at a time.
             */
            batch: number;
            /**
             * Format: int32
             * @description Targets that may be out of service at once.
             */
            max_unavailable: number;
        };
        PlanRiskFactor: {
            /** @description What it rests on. */
            basis: string;
            /** @description `environment`, `scope`, `history`, `change_size`, `timing`, `dependencies`, `drift` or `rollback` */
            factor: string;
            /** @description Whether all that it rests on is known; what is not counts as the worst. */
            known: boolean;
            /**
             * Format: int32
             * @description From 0 to 100.
             */
            score: number;
            /**
             * Format: int32
             * @description In percent of the whole.
             */
            weight: number;
        };
        PlanShare: {
            /** Format: int32 */
            targets: number;
            /** @description Absent: not known. */
            value?: string | null;
        };
        PlanStaleTarget: {
            /** Format: uuid */
            asset_id: string;
            /** @description When the plan was made. */
            name: string;
            /** @description `changed` or `gone` */
            reason: string;
        };
        /** @description Whether the facts that it was made from still hold. */
        PlanStaleness: {
            /**
             * Format: int64
             * @description Targets with other facts by now.
             */
            changed: number;
            /** @description The first of them. */
            examples: components["schemas"]["PlanStaleTarget"][];
            /**
             * Format: int64
             * @description Targets that are not seen any more.
             */
            gone: number;
            stale: boolean;
        };
        PlanStep: {
            /** @description It may leave something other than it was. */
            changes: boolean;
            /**
             * Format: int32
             * @description How many groups it stands in.
             */
            depth: number;
            id: string;
            /** @description Its author says that it cannot be taken back. */
            irreversible: boolean;
            /** @description `sequence`, `parallel`, `wait`, `gate`, `approval`, or the kind of its action: `ssh`, `http`, `terraform` … */
            kind: string;
            /** @description It acts on each target, within the limits. */
            on_targets: boolean;
            /** @description Of the node; of a group there are none. */
            parameters?: unknown;
            title?: string | null;
            undo?: components["schemas"]["PlanUndo"] | null;
            /** @description The group that it stands in; absent at the top. */
            within?: string | null;
        };
        PlanStepChange: {
            /** @description `added`, `removed` or `changed` */
            change: string;
            fields: components["schemas"]["PlanFieldChange"][];
            id: string;
        };
        /** @description A plan in a list. */
        PlanSummary: {
            author: string;
            /** Format: date-time */
            created_at: string;
            /** @description SHA-256 of the plan's canonical JSON, 64 hexadecimal digits. */
            digest: string;
            /** Format: uuid */
            id: string;
            /** @description `exec` */
            kind: string;
            /**
             * Format: uuid
             * @description The plan that it takes the place of.
             */
            parent_id?: string | null;
            /** @description `low`, `medium`, `high` or `critical` */
            risk_level: string;
            /** Format: int32 */
            risk_score: number;
            /**
             * Format: int32
             * @description Of the targets, those that only the simulator knows.
             */
            simulated_targets: number;
            /** Format: int32 */
            targets: number;
            title: string;
        };
        /** @description An asset as it was when the plan was made. */
        PlanTarget: {
            /** Format: uuid */
            asset_id: string;
            /** @description Absent: not known. */
            criticality?: string | null;
            env?: string | null;
            /** @description Of the fact that it was taken from. */
            fact_hash: string;
            /**
             * Format: date-time
             * @description When that fact was recorded.
             */
            fact_recorded: string;
            name: string;
            platform: string;
            simulated: boolean;
            site?: string | null;
        };
        PlanTargetChange: {
            /** Format: uuid */
            asset_id: string;
            /** @description `added`, `removed` or `changed` */
            change: string;
            /** @description None of a changed one: facts changed that a plan does not show. */
            fields: components["schemas"]["PlanFieldChange"][];
            name: string;
        };
        PlanUndo: {
            kind: string;
            parameters: unknown;
        };
        /** @description One plan, and how it stands now. */
        PlanView: components["schemas"]["PlanSummary"] & {
            blast_radius: components["schemas"]["PlanBlastRadius"];
            /**
             * Format: int64
             * @description Plans that take its place.
             */
            children: number;
            /** @description Canonical JSON (RFC 8785): the bytes that the digest is of. It names its targets by the digest of their list. */
            document: string;
            expected: components["schemas"]["PlanExpected"];
            /**
             * Format: date-time
             * @description The moment of the fleet that targets were chosen from.
             */
            facts_as_of: string;
            limits: components["schemas"]["PlanLimits"];
            /** @description A group before what is in it. */
            plan_steps: components["schemas"]["PlanStep"][];
            /** @description In the filter language of the fleet; absent when assets were named or none is acted on. */
            query?: string | null;
            /** @description All eight, each with what it rests on. */
            risk_factors: components["schemas"]["PlanRiskFactor"][];
            staleness: components["schemas"]["PlanStaleness"];
            /** @description What the rules of now say of it. */
            verdict: components["schemas"]["PolicyVerdict"];
            window?: components["schemas"]["PlanWindow"] | null;
        };
        PlanWindow: {
            /** Format: date-time */
            ends_at: string;
            /** Format: date-time */
            starts_at: string;
            time_zone: string;
        };
        /** @description The places on one platform where a version can be started from. */
        PlatformImage: {
            coordinates: components["schemas"]["Coordinate"][];
            family: string;
            /** Format: uuid */
            id: string;
            revoked: boolean;
            simulated: boolean;
            status: string;
            version: string;
        };
        /** @description One version of an organisation's bundle. */
        PolicyBundle: {
            author: string;
            freezes: components["schemas"]["PolicyFreeze"][];
            /** @description Rules and tests by path. */
            modules: {
                [key: string]: string;
            };
            /** Format: date-time */
            saved_at: string;
            /** Format: int32 */
            version: number;
        };
        /** @description A decision that was written down. */
        PolicyDecision: components["schemas"]["PolicyVerdict"] & {
            /** @description As the audit trail names them. */
            actor: string;
            /** @description `created`: when the plan was made; `checked`: somebody asked for it. */
            asked: string;
            /** Format: uuid */
            id: string;
            /** @description Of the plan's canonical JSON. */
            plan_digest: string;
            /** Format: uuid */
            plan_id: string;
            plan_title: string;
        };
        PolicyDenial: {
            /** @description `rule`, or what kept the rule from answering: `failed`, `limit`, `undefined`, `shape`, `too_large` */
            cause: string;
            reason: string;
            remedy: string;
            rule: string;
            /** @description `baseline` or `organisation` */
            source: string;
        };
        /** @description A time in which nothing is changed that is there for `uses`. */
        PolicyFreeze: {
            /** Format: date-time */
            from: string;
            name: string;
            /**
             * Format: date-time
             * @description The first moment that is free again.
             */
            until: string;
            uses: components["schemas"]["PolicyUse"][];
        };
        /** @description Exactly one of the two. */
        PolicyQuestion: {
            /** @description As rules are given it. */
            input?: unknown;
            /** Format: uuid */
            plan?: string | null;
        };
        PolicyRule: {
            /** @description What its author wrote above it. */
            description: string;
            name: string;
            /** @description The file in its bundle. */
            path: string;
            /** @description `baseline` or `organisation` */
            source: string;
            /** Format: int32 */
            tests: number;
            /** @description Rego. */
            text: string;
        };
        /** @description The rules that hold. */
        PolicyRules: {
            baseline_digest: string;
            bundle?: components["schemas"]["PolicyBundle"] | null;
            /** @description Why the organisation's rules cannot be asked; every plan is denied until they are saved anew. */
            bundle_problem?: string | null;
            /** @description For `If-Match` of a save. */
            etag: string;
            /** @description The shipped ones, then those of the organisation. */
            rules: components["schemas"]["PolicyRule"][];
        };
        /**
         * @description What an environment is for. What is unknown counts as production in the shipped rules.
         * @enum {string}
         */
        PolicyUse: "production" | "staging" | "test" | "development" | "unknown";
        /** @description What the rules say of a plan. */
        PolicyVerdict: {
            allowed: boolean;
            /** @description Of the shipped rules, 64 hexadecimal digits. */
            baseline_digest: string;
            /** @description Of the organisation's rules; absent if it has none, or they could not be asked. */
            bundle_digest?: string | null;
            /**
             * Format: int32
             * @description Of the organisation's bundle; absent before the first.
             */
            bundle_version?: number | null;
            /** Format: date-time */
            decided_at: string;
            /** @description None: allowed. */
            denials: components["schemas"]["PolicyDenial"][];
            /** @description Of the canonical JSON that rules were given. */
            input_digest: string;
        };
        /** @description What went wrong (RFC 9457). */
        ProblemDetails: {
            /** @description Stable; for programs. */
            code: string;
            /** @description What happened, on what. */
            detail: string;
            /** @description Each field that is wrong. */
            errors?: components["schemas"]["FieldProblem"][];
            /** @description What to do next. */
            hint?: string | null;
            /** @description The request that failed, as in `X-Request-Id` and in the server's log. */
            instance: string;
            /** Format: int32 */
            status: number;
            title: string;
            /** @description Path of the page that explains the code: `/errors/<code>`. */
            type: string;
        };
        /** @description What people say of a project. Its assets are those that carry its name as their project. */
        ProjectSpec: {
            /** @description How to reach them. */
            contact?: string | null;
            description?: string | null;
            /** @description The word that assets carry: 1 to 256 printable characters. */
            name: string;
            /** @description The person or team that answers for it. */
            owner?: string | null;
            /** @description What people call it. */
            title?: string | null;
        };
        Related: {
            origin: components["schemas"]["RelationEnd"];
            relation: string;
        };
        RelationEnd: {
            /** Format: uuid */
            id: string;
            /** @description Of the asset or of the resource. */
            kind: string;
            name: string;
            /** @description `asset` or `resource`. */
            what: string;
        };
        RelationTo: {
            native_id: string;
            /** @description `member_of`, `runs_on`, `started_from`, `attached_to`, `uses`, `contains` or `runs`. */
            relation: string;
            target?: components["schemas"]["RelationEnd"] | null;
        };
        /** @description What an asset or a resource hangs together with, as of now. */
        Relations: {
            /** @description What points to it, 500 at most. */
            from: components["schemas"]["Related"][];
            /** @description What it points to. */
            to: components["schemas"]["RelationTo"][];
        };
        /** @description What an estate holds besides assets. Nothing of it is patched, so it counts nowhere among them. */
        Resource: {
            account?: string | null;
            /**
             * Format: date-time
             * @description When that was; absent: it never was listed completely.
             */
            confirmed_at?: string | null;
            /** Format: uuid */
            connector_id: string;
            /**
             * Format: date-time
             * @description Since when the facts are as shown.
             */
            fact_from: string;
            /**
             * Format: date-time
             * @description Until when; absent while it is still there.
             */
            fact_to?: string | null;
            /** @description By its kind; a field that is null is not known. */
            facts: Record<string, never>;
            /** @description `fresh`, `stale` or `unknown`: how old the last complete listing of its scope is. */
            freshness: string;
            /** Format: uuid */
            id: string;
            /** @description `machine_image`, `container_image`, `scaling_group`, `certificate`, `volume`, `public_address`, `workload`, `cluster` or `hypervisor`. */
            kind: string;
            labels: {
                [key: string]: string;
            };
            /** @description Where the mapping rules of that moment say that it belongs, by field (`env`, `site`, `owner` …); what no rule says is left out. */
            mapped: {
                [key: string]: components["schemas"]["ResourceMapped"];
            };
            name: string;
            native_id: string;
            platform: string;
            region?: string | null;
            /** @description Made up by the simulator. */
            simulated: boolean;
        };
        /** @description How many there are of a kind. */
        ResourceCount: {
            kind: string;
            /** Format: int64 */
            resources: number;
        };
        /** @description What a mapping rule says of a resource. */
        ResourceMapped: {
            /** @description The name of the rule. */
            rule: string;
            value: string;
        };
        /** @description When the facts changed. */
        ResourceMoment: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to?: string | null;
        };
        /** @description One resource with what it hangs together with. */
        ResourceView: components["schemas"]["Resource"] & {
            /** @description Newest first, 100 at most. */
            history: components["schemas"]["ResourceMoment"][];
            relations: components["schemas"]["Relations"];
        };
        /**
         * @description The four base roles, each holding what the one before it holds.
         * @enum {string}
         */
        RoleName: "viewer" | "operator" | "engineer" | "admin";
        RoleView: {
            /** @description What the role adds for those who run the installation. */
            installation_permissions: string[];
            name: components["schemas"]["RoleName"];
            permissions: string[];
        };
        SavedView: {
            /** @description Path and query of a page of the control tower, such as `/fleet?q=platform:aws`. */
            address: string;
            author: string;
            /** Format: date-time */
            changed_at: string;
            /** Format: uuid */
            id: string;
            name: string;
            /** @description The caller made it, and may change it by saving it again. */
            own: boolean;
            /** @description Everybody of the organisation sees it; otherwise its author alone. */
            shared: boolean;
        };
        SavedViewSave: {
            /** @description Path and query, at most 4 096 bytes. */
            address: string;
            /** @description 1 to 100 characters. The caller's view of this name is replaced. */
            name: string;
            /** @description Needs `view:share`. */
            shared?: boolean;
        };
        SbomAttached: {
            image: components["schemas"]["Image"];
            packages: number;
            /** @description What the document held and could not be read. */
            problems: components["schemas"]["SbomProblem"][];
        };
        /** @enum {string} */
        SbomFormat: "cyclonedx" | "spdx";
        SbomProblem: {
            code: string;
            detail: string;
        };
        /** @description One scope of the coverage ledger. */
        ScopeCoverage: {
            account: string;
            /**
             * Format: int32
             * @description At the last complete listing.
             */
            assets: number;
            /**
             * Format: int64
             * @description Assets that it lists and that are in the estate now: what `scope:ID` finds.
             */
            assets_now: number;
            /** Format: date-time */
            attempted_at: string;
            /** @description Why the last attempt was not complete. */
            code?: string | null;
            /**
             * Format: date-time
             * @description Absent: never listed completely, so nothing can be concluded from absence there.
             */
            completed_at?: string | null;
            connector: string;
            /** Format: uuid */
            connector_id: string;
            detail?: string | null;
            /** @description `fresh`, `stale` or `unknown`, by the budget of its connector. */
            freshness: string;
            /** @description Path of the page that explains the code, where there is one. */
            help?: string | null;
            /**
             * Format: int64
             * @description For a filter of assets: `scope:17`.
             */
            id: number;
            kind: string;
            /** @description Somebody has to grant something before it can be listed. */
            permission_gap: boolean;
            region: string;
            /** Format: int32 */
            resources: number;
            simulated: boolean;
            /**
             * @description How the last listing ended: `complete`, `partial`, `unlisted` (the collection did not come across it any more),
             *     `never` (not once complete) or `gone` (its provider said so, and nothing is in it; told only when asked for).
             */
            state: string;
        };
        ScopeFigures: {
            /** Format: int64 */
            complete: number;
            /**
             * Format: int64
             * @description Complete at the last attempt, and fresh.
             */
            complete_fresh: number;
            /** Format: int64 */
            fresh: number;
            /** Format: int64 */
            never: number;
            /** Format: int64 */
            partial: number;
            /** Format: int64 */
            permission_gaps: number;
            /** Format: int64 */
            stale: number;
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            unknown: number;
            /** Format: int64 */
            unlisted: number;
        };
        SearchGroup: {
            items: components["schemas"]["SearchHit"][];
            /** @description `asset`, `vulnerability`, `image` or `site`. */
            kind: string;
            /**
             * Format: int64
             * @description How many match; `items` holds the best of them.
             */
            total: number;
        };
        SearchHit: {
            /**
             * Format: int64
             * @description Assets behind it; absent for an asset.
             */
            assets?: number | null;
            /** @description A second line; may be empty. */
            detail: string;
            /** @description What the resource is asked for by: an id, a CVE, or the name of a site. */
            id: string;
            /** @description Made up by the simulator, or found on simulated assets alone. */
            simulated: boolean;
            title: string;
        };
        /** @description The best answers to a search, by kind. */
        SearchResults: {
            /** Format: date-time */
            as_of: string;
            groups: components["schemas"]["SearchGroup"][];
        };
        /** @description Whether the connectors of this organisation could use a secret. Nothing of the secret itself. */
        SecretCheck: {
            /** @description One sentence: that it can be fetched, or why not. */
            finding: string;
            ok: boolean;
            reference: string;
        };
        SecretCheckRequest: {
            /** @description `env:NAME`, `file:/path` or `vault:mount/path#field`. */
            reference: string;
        };
        /** @description Security updates that the assets' own package managers would install. */
        SecurityUpdates: {
            /**
             * Format: int64
             * @description Of those, with at least one pending.
             */
            assets_pending: number;
            /**
             * Format: int64
             * @description Assets whose package manager could tell: the denominator.
             */
            known: number;
            /** Format: int64 */
            unknown: number;
            /** Format: int64 */
            updates: number;
        };
        /** @description Assets that a rule is about: every condition that is given must hold. Texts are globs (`*`, `?`). */
        Selector: {
            /** @default null */
            account: string | null;
            /** @default null */
            env: string | null;
            /** @default {} */
            labels: {
                [key: string]: string;
            };
            /** @default null */
            name: string | null;
            /** @default [] */
            platforms: string[];
            /** @default null */
            region: string | null;
            /** @default null */
            site: string | null;
        };
        /** @description The browser session that a request came with. */
        SessionView: {
            /** @description The header that it is sent in. */
            csrf_header: string;
            /** @description Every request that is not a `GET` sends it. */
            csrf_token: string;
            /** Format: date-time */
            expires_at: string;
        };
        /** @description Assets by their worst difference, the age of an image lag included. */
        Severities: {
            /** Format: int64 */
            critical: number;
            /** Format: int64 */
            high: number;
            /** Format: int64 */
            low: number;
            /** Format: int64 */
            medium: number;
            /** Format: int64 */
            none: number;
        };
        /** @description `link` alone, or `login` with `password`. It does not print: it holds secrets. */
        SignIn: {
            link?: string | null;
            login?: string | null;
            password?: string | null;
        };
        SignInLink: {
            /** Format: date-time */
            expires_at: string;
            /** @description Below the server's address; works once. */
            path: string;
        };
        SignInView: {
            /** @description Send it as `X-CSRF-Token` with every change; also in the cookie `qlrf_csrf`. */
            csrf_token: string;
            /** Format: date-time */
            expires_at: string;
        };
        /** @description What of the estate the simulator made up. */
        SimulatedEstate: {
            /** Format: int64 */
            assets: number;
            /** Format: int64 */
            connectors: number;
            /** Format: int64 */
            image_versions: number;
        };
        /** @description What was removed of the simulated estate. Facts stay in the history, which `as_of` reads. */
        SimulatedRemoved: {
            /** Format: int64 */
            assets_removed: number;
            /** Format: int64 */
            connectors_removed: number;
            /**
             * Format: int64
             * @description Simulated image versions, which stay: what assets were judged against is never deleted.
             */
            image_versions_kept: number;
        };
        Site: components["schemas"]["DriftTally"] & {
            declared?: components["schemas"]["Declared_SiteSpec"] | null;
            /** @description Its environments. */
            environments: components["schemas"]["Group"][];
            pair?: components["schemas"]["SitePair"] | null;
            /** @description Absent: assets whose site is not known. */
            site?: string | null;
        };
        /** @enum {string} */
        SiteKind: "cloud_region" | "datacentre" | "edge" | "other";
        /** @description The other site of a pair. */
        SitePair: {
            author: string;
            /** @description Of this site: `primary` carries the work, `secondary` takes it over. */
            role: string;
            /** Format: date-time */
            since: string;
            /** @description The name of the other site. */
            with: string;
        };
        SitePairSet: {
            /** @description Of this site: `primary` or `secondary`. */
            role: string;
            /** @description The name of the other site. */
            with: string;
        };
        /** @description What people say of a site. Its assets are those that carry its name as their site. */
        SiteSpec: {
            description?: string | null;
            kind?: components["schemas"]["SiteKind"];
            /** @description A town or an address. */
            location?: string | null;
            /** @description The word that assets carry: 1 to 256 printable characters. */
            name: string;
            /** @description By its name in the IANA time zone database: `Europe/Amsterdam`. */
            time_zone?: string | null;
            /** @description What people call it. */
            title?: string | null;
        };
        /** @description Sites × environments. A cell without assets is not there. */
        Sites: {
            /** Format: date-time */
            as_of: string;
            /** @description Environments over all sites, in the order of columns. */
            environments: components["schemas"]["Group"][];
            sites: components["schemas"]["Site"][];
        };
        Sla: {
            /** @description The severity is not known, and the time of *high* was taken. */
            assumed: boolean;
            /** Format: date-time */
            due: string;
            /**
             * Format: date-time
             * @description Since the first match here, or since the first affected asset was seen, whichever is later.
             */
            since: string;
            /** @description `running`, `due_soon` or `breached`. */
            state: string;
        };
        /** @description How long a finding of each severity may stay open before it is late, from the moment that it is known. */
        SlaTimes: {
            /**
             * Format: int32
             * @description 1 to 8760.
             */
            critical_hours: number;
            /**
             * Format: int32
             * @description 1 to 3650, as the others.
             */
            high_days: number;
            /** Format: int32 */
            low_days: number;
            /** Format: int32 */
            medium_days: number;
        };
        /** @enum {string} */
        SoftwareState: "known" | "unknown" | "not_read" | "in_platforms";
        SourceScope: {
            account: string;
            kind: string;
            region: string;
        };
        /** @description Which source is to be an asset of its own. */
        SplitAsset: {
            /** @description 1 to 500 printable characters. */
            reason: string;
            /**
             * Format: uuid
             * @description `id` of one of the asset's sources.
             */
            source: string;
        };
        /** @description One collection: waiting, under way, or how it ended. */
        Sync: {
            /** Format: int32 */
            added: number;
            /** @description Who asked to stop it; it is running until it has an end. */
            cancelled_by?: string | null;
            /** Format: int32 */
            changed: number;
            code?: string | null;
            /** Format: uuid */
            connector_id: string;
            detail?: string | null;
            /** Format: date-time */
            ended_at?: string | null;
            /**
             * Format: int32
             * @description Missing, and so many that a person must confirm the removal.
             */
            held_back: number;
            /** @description Path of the page that explains the code, where there is one. */
            help?: string | null;
            /** Format: uuid */
            id: string;
            /** @description `queued`, `running`, `complete`, `partial`, `failed` or `interrupted`. */
            outcome: string;
            /** Format: int32 */
            partial_scopes: number;
            /** Format: int32 */
            problems: number;
            /** Format: date-time */
            queued_at: string;
            /** Format: int32 */
            removed: number;
            requested_by: string;
            /**
             * Format: int64
             * @description What was asked of the provider's API; absent where nobody counted, as before this was counted.
             */
            requests?: number | null;
            /**
             * Format: int32
             * @description Images, volumes, certificates and what else no patch is for; the counts above are those of assets.
             */
            resources_added: number;
            /** Format: int32 */
            resources_changed: number;
            /** Format: int32 */
            resources_removed: number;
            /** Format: int32 */
            scopes: number;
            /** Format: date-time */
            started_at?: string | null;
            /** Format: int32 */
            unchanged: number;
        };
        SyncRequest: {
            /** @description Removes assets that are missing from complete listings even when they are suspiciously many. */
            confirm_removals?: boolean;
        };
        Token: {
            /** Format: date-time */
            created_at: string;
            created_by: string;
            /** Format: date-time */
            expires_at: string;
            /** Format: uuid */
            id: string;
            /** @description It may also do what concerns all organisations of the installation, within its role and scopes. */
            installation: boolean;
            /**
             * Format: date-time
             * @description To the minute.
             */
            last_used_at?: string | null;
            name: string;
            /** Format: date-time */
            revoked_at?: string | null;
            role: components["schemas"]["RoleName"];
            /** @description Permissions that narrow the role; absent when the role stands as it is. */
            scopes?: string[] | null;
        };
        TokenCreate: {
            /**
             * Format: int32
             * @description 1 to 366; 90 when absent.
             */
            expires_in_days?: number | null;
            /** @description Let it do what concerns all organisations of the installation; only for those who may themselves. */
            installation?: boolean;
            /** @description 1 to 100 characters; what it is for. */
            name: string;
            /** @description Not above the caller's own role. */
            role: components["schemas"]["RoleName"];
            /** @description Permission names such as `asset:read`. */
            scopes?: string[] | null;
        };
        /** @description The one answer that shows the secret. */
        TokenCreated: {
            /** @description Send it as `Authorization: Bearer …`. It is not stored and cannot be shown again. */
            secret: string;
            token: components["schemas"]["Token"];
        };
        /** @description By asset, or by a group of them. */
        TopOffenders: {
            /** @description The worst first; empty unless `by` is `asset`. */
            assets: components["schemas"]["AssetDrift"][];
            /** @description `asset`, `family`, `workload`, `owner` or `site`. */
            by: string;
            /** @description Most outdated assets first; empty if `by` is `asset`. */
            groups: components["schemas"]["Group"][];
        };
        /** @description How findings and patch lag went, from facts. */
        Trend: {
            /** Format: date-time */
            as_of: string;
            /** @description One for each day in UTC, the oldest first: as it was when the day ended, the last as of `as_of`. */
            points: components["schemas"]["TrendDay"][];
        };
        TrendDay: {
            /**
             * Format: int64
             * @description Of them, those of whose distribution and release some advisory that was held by then speaks: what findings are of.
             */
            assets_judged: number;
            /**
             * Format: int64
             * @description Assets whose installed software was known: the most that findings could speak of.
             */
            assets_with_software: number;
            day: string;
            findings?: components["schemas"]["FindingDay"] | null;
            patch_lag: components["schemas"]["LagDay"];
        };
        TrendPoint: components["schemas"]["DriftTally"] & {
            /** @description `2026-01-31` */
            day: string;
        };
        Unverified: {
            what: string;
            /** @description `not_observed`, `not_comparable` or `not_packaged`. */
            why: string;
        };
        Urgency: {
            /**
             * Format: double
             * @description The weight of what is known, 0 to 1.
             */
            confidence: number;
            /**
             * Format: double
             * @description The score if every unknown input turned out harmless.
             */
            least: number;
            /** @description `critical` from 70, `high` from 50, `medium` from 30, else `low`. Absent when less than half of the weight is known. */
            level?: string | null;
            /**
             * Format: double
             * @description The score if every unknown input turned out as bad as can be.
             */
            most: number;
            parts: components["schemas"]["UrgencyPart"][];
            /**
             * Format: double
             * @description 0 to 100.
             */
            score: number;
        };
        /** @description How many vulnerabilities are how urgent. */
        UrgencyCounts: {
            /** Format: int64 */
            critical: number;
            /** Format: int64 */
            high: number;
            /** Format: int64 */
            low: number;
            /** Format: int64 */
            medium: number;
            /**
             * Format: int64
             * @description Less than half of what makes them urgent is known.
             */
            unknown: number;
        };
        UrgencyPart: {
            /** @description `cvss`, `epss`, `kev`, `exposure`, `criticality` or `fleet_share`. */
            factor: string;
            /**
             * Format: double
             * @description What it adds to the score.
             */
            points: number;
            /**
             * Format: double
             * @description 0 to 1; absent is unknown.
             */
            value?: number | null;
            /** Format: double */
            weight: number;
        };
        Version: {
            name: string;
            version: string;
        };
        Vulnerability: components["schemas"]["VulnerabilitySummary"] & {
            advisories: components["schemas"]["AdvisoryView"][];
            affected_packages: components["schemas"]["AffectedPackage"][];
            /** Format: date-time */
            as_of: string;
            basis: components["schemas"]["Basis"];
            by: components["schemas"]["AffectedBy"][];
        };
        /** @description Each vulnerability counts once, at its worst rating here. */
        VulnerabilityCounts: {
            /**
             * Format: int64
             * @description Assets with at least one.
             */
            affected_assets: number;
            /**
             * Format: int64
             * @description Over their time.
             */
            breached: number;
            /** Format: int64 */
            critical: number;
            /** Format: int64 */
            high: number;
            /**
             * Format: int64
             * @description Known to be exploited.
             */
            kev: number;
            /**
             * Format: int64
             * @description Rated low, or rated as no risk.
             */
            low: number;
            /** Format: int64 */
            medium: number;
            /** Format: int64 */
            total: number;
            /**
             * Format: int64
             * @description No fixed version is published for any affected package.
             */
            unfixable: number;
            /** Format: int64 */
            unknown: number;
            /** @description All of them by how urgent they are in the whole estate. */
            urgency: components["schemas"]["UrgencyCounts"];
        };
        VulnerabilityDay: {
            /**
             * Format: int64
             * @description Absent before `known_since`.
             */
            affected?: number | null;
            /**
             * Format: int64
             * @description Assets whose installed software was known: the denominator.
             */
            assets_with_software: number;
            day: string;
            /**
             * Format: int64
             * @description Assets that had it on an earlier one of these days and have it no longer; those that left are not among them.
             */
            fixed?: number | null;
        };
        VulnerabilityOverview: {
            /** Format: date-time */
            as_of: string;
            basis: components["schemas"]["Basis"];
            counts?: components["schemas"]["VulnerabilityCounts"] | null;
        };
        /** @description One page of vulnerabilities. */
        VulnerabilityPage: {
            /** Format: date-time */
            as_of: string;
            basis: components["schemas"]["Basis"];
            items: components["schemas"]["VulnerabilitySummary"][];
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many match in all; absent when no asset was judged, which is not the same as none.
             */
            total?: number | null;
        };
        VulnerabilitySummary: {
            /**
             * Format: int64
             * @description Affected assets that the filter accepts.
             */
            affected: number;
            cvss?: components["schemas"]["Cvss"] | null;
            epss?: components["schemas"]["EpssScore"] | null;
            /** @description Whether a fixed version is published for all, for some or for none of the affected packages. */
            fix: components["schemas"]["Fix"];
            /** @description The CVE where there is one, else the advisory's own id. */
            id: string;
            /**
             * Format: int64
             * @description Of those that the filter accepts and that were judged.
             */
            judged: number;
            kev?: components["schemas"]["KevEntry"] | null;
            /** @description Names of the affected packages; of an asset, of its own. */
            packages: string[];
            /** Format: date-time */
            published?: string | null;
            /** @description `critical`, `high`, `medium`, `low` or `none`: the worst rating here. Absent when nobody rates it. */
            severity?: string | null;
            /**
             * Format: int64
             * @description Affected assets of the whole estate that the simulator made up.
             */
            simulated: number;
            sla?: components["schemas"]["Sla"] | null;
            summary: string;
            /** @description Of the whole estate, whatever the filter. */
            urgency: components["schemas"]["Urgency"];
        };
        /** @description On how many assets one vulnerability was, from facts. */
        VulnerabilityTrend: {
            /** Format: date-time */
            as_of: string;
            /** @description The day on which the first advisory that names it met a package. Before it nobody knew who had it. */
            known_since: string;
            /** @description One for each day in UTC, the oldest first: as it was when the day ended, the last as of `as_of`. */
            points: components["schemas"]["VulnerabilityDay"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    page: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    activity_list: {
        parameters: {
            query?: {
                /** @description `next` of the answer before; without it, from the oldest event that is kept. */
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Activity"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    asset_list: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
                /** @description Filter language, e.g. `platform:aws env:prod -drift:current web`. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_AssetSummary"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    asset_export: {
        parameters: {
            query?: {
                /** @description `csv` (the default) or `ndjson`. */
                format?: "csv" | "ndjson";
                /** @description Filter language, as for the list. */
                q?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/x-ndjson": components["schemas"]["AssetSummary"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    asset_facets: {
        parameters: {
            query?: {
                /** @description Filter language, as for the list. */
                q?: string;
                /** @description Keys of the filter language with commas between them; the usual ones when absent. */
                by?: string;
                /** @description Values of each: 20, at most 100. */
                limit?: number;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Facets"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    asset_groups: {
        parameters: {
            query: {
                /** @description Dimension to group by: `platform`, `site`, `env`, `family`, `owner`, … */
                by: string;
                /** @description Filter language, as for the list. */
                q?: string;
                /** @description RFC 3339. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetGroup"][];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    asset_suggest: {
        parameters: {
            query?: {
                q?: string;
                /** @description Of each kind. */
                limit?: number;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilterSuggestions"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    asset_view: {
        parameters: {
            query?: {
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    asset_compare: {
        parameters: {
            query: {
                /** @description RFC 3339. */
                from: string;
                /** @description RFC 3339; now when absent. */
                to?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetDiff"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    drift_explain: {
        parameters: {
            query?: {
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriftExplained"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    asset_history: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetMoment"][];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    asset_join: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetPlace"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    asset_packages: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
                /** @description Part of a package's name. */
                q?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_Package"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    asset_relations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Relations"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    asset_sbom: {
        parameters: {
            query?: {
                /** @description `cyclonedx` (1.6) or `spdx` (2.3), both JSON. */
                format?: components["schemas"]["SbomFormat"];
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    asset_split: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SplitAsset"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetPlace"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    asset_vulnerabilities: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
                /** @description `critical`, `high`, `medium`, `low`, `none` or `unknown`; several with commas between them. */
                severity?: string;
                /** @description How urgent: `critical`, `high`, `medium`, `low` or `unknown`; several with commas between them. */
                urgency?: string;
                /** @description Known to be exploited, or not. */
                kev?: boolean;
                /** @description Whether a fix is published: `all`, `some` or `none` of the affected packages. */
                fix?: components["schemas"]["Fix"];
                /** @description How the time stands in which it must be gone: `running`, `due_soon` or `breached`. */
                sla?: string;
                /** @description Only assets that this filter accepts, e.g. `platform:aws env:prod`. */
                q?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetVulnerabilities"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    audit_list: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
                /** @description As the trail writes it: `person:admin`. */
                actor?: string;
                /** @description One request: its `begin` and its `end`. */
                request_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_AuditEntry"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    audit_export: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["AuditRecord"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    audit_verify: {
        parameters: {
            query?: {
                /** @description A head that was written down earlier: the trail must still contain it. */
                expect_seq?: number;
                /** @description The hash of that head, 64 hexadecimal digits. */
                expect_hash?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerdict"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    connector_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connector"][];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    connector_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConnectorCreate"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connector"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    kind_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectorKind"][];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    connector_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connector"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    connector_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectorDeleted"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    connector_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConnectorChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connector"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    connector_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sync"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    connector_disable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connector"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    connector_enable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connector"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    facts_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.in-toto+dsse": number[];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FactsImported"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    connector_freshness_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectorFreshness"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    connector_freshness_set: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FreshnessBudget"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectorFreshness"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    connector_freshness_clear: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectorFreshness"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    connector_sync: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SyncRequest"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sync"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    sync_list: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_Sync"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    connector_test: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectorCheck"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    scope_list: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description Number of one scope. */
                id?: number;
                /** @description Id of a connector. */
                connector?: string;
                /** @description `complete`, `partial`, `unlisted`, `never` or `gone`. Left out: all but those that are gone. */
                state?: string;
                /** @description `fresh`, `stale` or `unknown`. */
                freshness?: string;
                /** @description Why the last attempt was not complete. */
                code?: string;
                /** @description Only scopes that lack a permission, or only the others. */
                permission_gap?: boolean;
                /** @description Part of connector, account, region or kind. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_ScopeCoverage"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    coverage_summary: {
        parameters: {
            query?: {
                /** @description Of this connector alone. */
                connector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CoverageSummary"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    cve_ingest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedImported"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    drift_list: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
                /** @description In the filter language of assets: `platform:aws env:prod -drift:current web`. */
                q?: string;
                state?: string;
                severity?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_AssetDrift"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    drift_detect: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriftDetecting"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    drift_export: {
        parameters: {
            query?: {
                /** @description `csv` (the default) or `ndjson`. */
                format?: "csv" | "ndjson";
                /** @description Filter language, as for the list. */
                q?: string;
                state?: string;
                severity?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/x-ndjson": components["schemas"]["DriftRecord"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    drift_reports: {
        parameters: {
            query?: {
                /** @description 1 to 90; 30 when absent. */
                days?: number;
                /** @description Only assets that this filter accepts at the end. */
                q?: string;
                /** @description RFC 3339. The last moment, and what was believed then. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriftReports"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    drift_summary: {
        parameters: {
            query?: {
                /** @description In the filter language of assets. */
                q?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriftSummary"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    drift_top_offenders: {
        parameters: {
            query?: {
                /** @description `asset` (the default), `family`, `workload`, `owner` or `site`. */
                by?: string;
                /** @description 1 to 100; 10 when absent. */
                limit?: number;
                q?: string;
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TopOffenders"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    drift_trends: {
        parameters: {
            query?: {
                /** @description 1 to 366; 30 when absent. */
                days?: number;
                /** @description Only assets that this filter accepts at the end. */
                q?: string;
                /** @description RFC 3339. The last moment, and what was believed then. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriftTrend"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    environment_list: {
        parameters: {
            query?: {
                q?: string;
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_Part_EnvironmentSpec"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    environment_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnvironmentSpec"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Declared_EnvironmentSpec"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    environment_view: {
        parameters: {
            query?: {
                /** @description In the filter language of assets. */
                q?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path: {
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Part_EnvironmentSpec"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    environment_set: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                environment: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnvironmentSpec"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Declared_EnvironmentSpec"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    environment_delete: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                environment: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Declared_EnvironmentSpec"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    event_stream: {
        parameters: {
            query?: never;
            header?: {
                "Last-Event-ID"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    feed_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Feeds"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    feed_import: {
        parameters: {
            query?: {
                /** @description What the file is called in snapshots. The same name again with the same bytes is not imported again. */
                source?: string;
                /** @description KEV and EPSS: take the file although what is held is newer. */
                allow_older?: boolean;
            };
            header?: never;
            path: {
                /** @description `osv`, `kev` or `epss` */
                feed: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/octet-stream": unknown;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedImported"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    feed_runs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `osv`, `kev` or `epss` */
                feed: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedRun"][];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    feed_sync: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `osv`, `kev` or `epss` */
                feed: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FeedSync"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedSyncStarted"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    identity_conflict_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityConflict"][];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_list: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
                family?: string;
                /** @description `draft`, `testing`, `production`, `deprecated` or `retired`. */
                status?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_ImageSummary"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_families: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_ImageFamily"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_matrix: {
        parameters: {
            query?: {
                /** @description What the columns are: `site` (the default), `env`, `platform`, `region`, `project` or `owner`. */
                by?: string;
                /** @description Versions of this family alone. */
                family?: string;
                /** @description Only assets that this filter accepts. */
                q?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageMatrix"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_on_platform: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path: {
                /** @description aws, azure, gcp, vsphere, oci, kubernetes or baremetal */
                platform: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_PlatformImage"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_starter: {
        parameters: {
            query: {
                /** @description The asset that the contract is written from. */
                asset: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": string;
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_validate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
                "application/yaml": string;
                "text/plain": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContractReading"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id or FAMILY:VERSION */
                image: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageNow"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_register: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description FAMILY:VERSION */
                image: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
                "application/yaml": string;
                "text/plain": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Image"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Image"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Image"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImageChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Image"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_contract: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": string;
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_coordinates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Coordinates"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_coordinates_add: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CoordinatesAdd"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Coordinates"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_coordinate_remove: {
        parameters: {
            query: {
                /** @description `aws`, `azure`, `gcp`, `vsphere`, `oci`, `kubernetes` or `baremetal`. */
                platform: string;
                /** @description As it is listed; absent for a coordinate without one. */
                region?: string;
                reference: string;
            };
            header?: never;
            path: {
                image: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Coordinates"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_deployments: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path: {
                image: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_Deployment"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_latest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description FAMILY, or any version of it */
                image: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageNow"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_lineage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description FAMILY, or any version of it */
                image: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageLineage"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_patch_status: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description FAMILY, or any version of it */
                image: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PatchStatus"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_promote: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImagePromote"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Image"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImageRevoke"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Image"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_sbom: {
        parameters: {
            query?: {
                /** @description `spdx` (2.3) or `cyclonedx` (1.6), which is the default. */
                format?: string;
            };
            header?: never;
            path: {
                image: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_sbom_attach: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SbomAttached"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    image_vulnerabilities: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path: {
                image: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_ImageVulnerability"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    link_rule_list: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_LinkRule"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    link_rule_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkRuleCreate"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkRule"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    link_rule_preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkRuleCreate"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkRulePreview"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    link_rule_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkRule"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    mapping_view: {
        parameters: {
            query?: {
                /** @description A version of before; the one that holds if left out. */
                version?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MappingRulesNow"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    mapping_set: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
                "application/yaml": string;
                "text/plain": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MappingRulesNow"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    mapping_preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
                "application/yaml": string;
                "text/plain": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MappingPreview"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    mapping_versions: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_MappingVersion"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    onboarding_view: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Onboarding"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    organization_view: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    organization_update: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrganizationChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    freshness_view: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrganizationFreshness"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    freshness_set: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FreshnessBudget"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrganizationFreshness"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    sla_view: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrganizationSla"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    sla_set: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SlaTimes"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrganizationSla"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    overview_attention: {
        parameters: {
            query?: {
                /** @description Filter language, as for assets. */
                q?: string;
                /** @description RFC 3339. Answers with what was believed at that moment; collection and feed health are as of now. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Attention"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    overview_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataHealth"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    overview_view: {
        parameters: {
            query?: {
                /** @description Filter language, as for assets. */
                q?: string;
                /** @description RFC 3339. Answers with what was believed at that moment; collection and feed health are as of now. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    overview_trends: {
        parameters: {
            query?: {
                /** @description 1 to 90; 30 when absent. */
                days?: number;
                /** @description Only assets that this filter accepts at the end. */
                q?: string;
                /** @description RFC 3339. The last moment, and what was believed then. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trend"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    patch_drift: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
                /** @description Assets of this environment alone. */
                env?: string;
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_AssetDrift"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    plan_list: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
                /** @description `exec` */
                kind?: string;
                /** @description As the plan names them: `person:ada`. */
                author?: string;
                /** @description Plans with this asset among their targets. */
                asset?: string;
                /** @description Plans that take the place of this one. */
                parent?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_PlanSummary"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    plan_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
                "application/yaml": string;
                "text/plain": string;
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanView"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    plan_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plan: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanView"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    plan_check: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plan: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyVerdict"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    plan_diff: {
        parameters: {
            query: {
                /** @description The plan of before. */
                with: string;
            };
            header?: never;
            path: {
                plan: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanDifference"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    plan_replan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plan: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanView"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    plan_targets: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path: {
                plan: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_PlanTarget"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    policy_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyRules"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    policy_bundle_set: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPolicyBundle"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyRules"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    policy_bundle_list: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_PolicyBundle"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    policy_bundle_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyBundle"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    policy_decide: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PolicyQuestion"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyVerdict"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    policy_decision_list: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
                /** @description Decisions on this plan. */
                plan?: string;
                allowed?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_PolicyDecision"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    project_list: {
        parameters: {
            query?: {
                q?: string;
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_Part_ProjectSpec"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    project_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectSpec"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Declared_ProjectSpec"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    project_view: {
        parameters: {
            query?: {
                /** @description In the filter language of assets. */
                q?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Part_ProjectSpec"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    project_set: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectSpec"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Declared_ProjectSpec"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    project_delete: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Declared_ProjectSpec"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    member_list: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_Member"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    member_add: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberCreate"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    member_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    member_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    member_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    member_sign_in_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInLink"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    role_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleView"][];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    token_list: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_Token"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    token_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenCreate"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenCreated"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    token_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    token_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    resource_list: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
                /** @description `machine_image`, `container_image`, `scaling_group`, `certificate`, `volume`, `public_address`, `workload`, `cluster` or `hypervisor`. */
                kind?: string;
                connector?: string;
                /** @description Part of the name or of the native id, in any case. */
                word?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_Resource"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    resource_summary: {
        parameters: {
            query?: {
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceCount"][];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    resource_view: {
        parameters: {
            query?: {
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceView"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    resource_packages: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
                /** @description Part of a package's name. */
                q?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImagePackages"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    resource_vulnerabilities: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageVulnerabilities"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    saved_view_list: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_SavedView"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    saved_view_save: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SavedViewSave"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedView"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    saved_view_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedView"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    search_all: {
        parameters: {
            query?: {
                q?: string;
                /** @description Of each kind. */
                limit?: number;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchResults"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    secret_check: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecretCheckRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretCheck"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    simulated_remove: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SimulatedRemoved"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    site_list: {
        parameters: {
            query?: {
                /** @description In the filter language of assets. */
                q?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sites"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    site_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SiteSpec"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Declared_SiteSpec"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    site_view: {
        parameters: {
            query?: {
                /** @description In the filter language of assets. */
                q?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Site"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    site_set: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SiteSpec"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Declared_SiteSpec"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    site_delete: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Declared_SiteSpec"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    site_pair: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SitePairSet"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SitePair"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    site_unpair: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SitePair"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    sync_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sync"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    me_view: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    me_set_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    me_sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    me_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnSession"][];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    me_end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    vulnerability_list: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
                /** @description `critical`, `high`, `medium`, `low`, `none` or `unknown`; several with commas between them. */
                severity?: string;
                /** @description How urgent: `critical`, `high`, `medium`, `low` or `unknown`; several with commas between them. */
                urgency?: string;
                /** @description Known to be exploited, or not. */
                kev?: boolean;
                /** @description Whether a fix is published: `all`, `some` or `none` of the affected packages. */
                fix?: components["schemas"]["Fix"];
                /** @description How the time stands in which it must be gone: `running`, `due_soon` or `breached`. */
                sla?: string;
                /** @description Only assets that this filter accepts, e.g. `platform:aws env:prod`. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VulnerabilityPage"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    vulnerability_export: {
        parameters: {
            query?: {
                /** @description `csv` (the default) or `ndjson`. */
                format?: "csv" | "ndjson";
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
                /** @description As for the list. */
                severity?: string;
                urgency?: string;
                kev?: boolean;
                fix?: components["schemas"]["Fix"];
                sla?: string;
                /** @description Only assets that this filter accepts. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/x-ndjson": components["schemas"]["VulnerabilitySummary"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    vulnerability_summary: {
        parameters: {
            query?: {
                /** @description Only assets that this filter accepts. */
                q?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VulnerabilityOverview"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    vulnerability_view: {
        parameters: {
            query?: {
                /** @description Only assets that this filter accepts. */
                q?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path: {
                /** @description A CVE, or an advisory's own id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Vulnerability"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    vulnerability_assets: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Field to sort by; `-field` descending. */
                sort?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
                /** @description Only assets that this filter accepts. */
                q?: string;
            };
            header?: never;
            path: {
                /** @description A CVE, or an advisory's own id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageBody_AssetSummary"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    vulnerability_blast_radius: {
        parameters: {
            query?: {
                /** @description Only assets that this filter accepts. */
                q?: string;
                /** @description RFC 3339. Answers with what was believed at that moment. */
                as_of?: string;
            };
            header?: never;
            path: {
                /** @description A CVE, or an advisory's own id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlastRadius"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    vulnerability_trends: {
        parameters: {
            query?: {
                /** @description 1 to 90; 30 when absent. */
                days?: number;
                /** @description Only assets that this filter accepts at the end. */
                q?: string;
                /** @description RFC 3339. The last moment, and what was believed then. */
                as_of?: string;
            };
            header?: never;
            path: {
                /** @description A CVE, or an advisory's own id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VulnerabilityTrend"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    error_page: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/markdown": string;
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    style: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/css": string;
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    script: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": string;
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    openapi_view: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    sign_in_page: {
        parameters: {
            query?: {
                link?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInView"];
                };
            };
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    version: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Version"];
                };
            };
            /** @description What went wrong, with a stable code */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
}
