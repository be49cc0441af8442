//! What the database itself keeps of pairs of sites, whatever a program asks of it.

use qlrf_testkit::TestDb;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

struct Sides {
    connection: PgConnection,
    org: Uuid,
}

impl Sides {
    async fn new(db: &TestDb) -> Sides {
        let org = db.org("pairs").await;
        Sides {
            connection: db.admin().await,
            org: org.as_uuid(),
        }
    }

    /// Statements of one transaction; the constraint that refuses them.
    async fn refused(&mut self, statements: &[String]) -> Option<String> {
        let mut tx = self.connection.begin().await.unwrap();
        for statement in statements {
            if let Err(error) = sqlx::raw_sql(sqlx::AssertSqlSafe(statement.as_str()))
                .execute(&mut *tx)
                .await
            {
                return constraint(&error);
            }
        }
        tx.commit().await.err().and_then(|error| constraint(&error))
    }

    fn side(&self, site: u128, partner: u128, role: &str) -> String {
        let (site, partner, org) = (Uuid::from_u128(site), Uuid::from_u128(partner), self.org);
        format!(
            "INSERT INTO site_pair (org_id, recorded, site_id, partner_id, role, author)
             VALUES ('{org}', tstzrange('2026-01-01', NULL), '{site}', '{partner}', '{role}', 'test')"
        )
    }

    fn pair(&self, primary: u128, secondary: u128) -> Vec<String> {
        vec![
            self.side(primary, secondary, "primary"),
            self.side(secondary, primary, "secondary"),
        ]
    }
}

fn constraint(error: &sqlx::Error) -> Option<String> {
    let database = error.as_database_error().expect("the database refuses");
    Some(database.constraint().expect("a constraint is broken").to_owned())
}

#[tokio::test]
async fn a_pair_has_two_sides_with_both_roles_and_no_site_has_two() {
    let db = TestDb::new().await;
    let mut sides = Sides::new(&db).await;
    let both = Some("site_pair_both".to_owned());
    let half = [sides.side(1, 2, "primary")];
    assert_eq!(sides.refused(&half).await, both, "one side alone");
    let alike = [sides.side(1, 2, "primary"), sides.side(2, 1, "primary")];
    assert_eq!(sides.refused(&alike).await, both, "two that carry the work");
    let other = [sides.side(1, 2, "primary"), sides.side(2, 3, "secondary")];
    assert_eq!(sides.refused(&other).await, both, "who stands in for another");
    let same = [sides.side(1, 1, "primary")];
    assert_eq!(
        sides.refused(&same).await,
        Some("site_pair_check".to_owned()),
        "with itself"
    );
    let pair = sides.pair(1, 2);
    assert_eq!(sides.refused(&pair).await, None);
    for second in [sides.pair(1, 3), sides.pair(3, 1), sides.pair(2, 3)] {
        assert_eq!(
            sides.refused(&second).await,
            Some("site_pair_current".to_owned()),
            "{second:?}"
        );
    }
}

#[tokio::test]
async fn a_pair_ends_for_both_sides_at_once() {
    let db = TestDb::new().await;
    let mut sides = Sides::new(&db).await;
    let pair = sides.pair(1, 2);
    assert_eq!(sides.refused(&pair).await, None);
    let end = |sites: &str| {
        format!("UPDATE site_pair SET recorded = tstzrange(lower(recorded), '2026-02-01') {sites}")
    };
    let one = [end("WHERE role = 'primary'")];
    assert_eq!(sides.refused(&one).await, Some("site_pair_both".to_owned()));
    assert_eq!(sides.refused(&[end("")]).await, None);
    let again = sides
        .pair(1, 3)
        .iter()
        .map(|side| side.replace("2026-01-01", "2026-02-01"))
        .collect::<Vec<_>>();
    assert_eq!(
        sides.refused(&again).await,
        None,
        "what ended stands in nobody's way"
    );
}
