//! Verifying kept receipts: their signatures, and that each is about the entry as it stands.

use journal::{JournalVerifier, Receipt};

use crate::backup::PublicKeys;
use crate::error::StoreError;
use crate::read::entries::read_leaf_from;
use crate::sql::{Connection, Role, Row, Target};
use crate::statements::statements;

statements! {
    RECEIPTS = "select r.entry, r.body, e.number, e.minute, e.kind, e.office, e.article, e.commitment \
        from receipt r left join entry e on e.number = r.entry where r.entry > $1 order by r.entry limit 256";
}

/// Verifies the kept receipts of a store.
pub(crate) async fn verify(target: &Target, keys: PublicKeys<'_>, verifier: &mut JournalVerifier<'_>) {
    let read = async {
        let mut connection = Connection::open(target, Role::Verifier).await?;
        all(&mut connection, keys, verifier).await?;
        connection.close().await;
        Ok::<_, StoreError>(())
    };
    if let Err(error) = read.await {
        verifier.problem(None, format!("the receipts cannot be read: {error}"));
    }
}

/// Checks each kept receipt: its signatures, and that it is about the entry as it stands.
async fn all(
    connection: &mut Connection,
    keys: PublicKeys<'_>,
    verifier: &mut JournalVerifier<'_>,
) -> Result<(), StoreError> {
    let mut after: i64 = -1;
    loop {
        let rows = connection.rows(RECEIPTS, vec![after.into()]).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in &rows {
            let Ok(number) = row.number(0) else {
                verifier.problem(None, "a receipt's number is wrong".to_owned());
                return Ok(());
            };
            after = i64::try_from(number).unwrap_or(i64::MAX);
            for what in receipt(row, number, keys) {
                verifier.problem(Some(number), format!("the receipt: {what}"));
            }
        }
    }
}

fn receipt(row: &Row, number: u64, keys: PublicKeys<'_>) -> Vec<String> {
    let receipt = match row
        .text(1)
        .map_err(|error| error.to_string())
        .and_then(|text| Receipt::parse(text).map_err(|error| error.to_string()))
    {
        Ok(receipt) => receipt,
        Err(error) => return vec![error],
    };
    let mut problems = receipt.verify(keys.of(receipt.origin())).problems;
    let leaf = match row.optional_integer(2) {
        Ok(Some(_)) => read_leaf_from(row, 2).ok(),
        _ => None,
    };
    if receipt.entry() != number || leaf.is_none() || receipt.leaf().ok() != leaf {
        problems.push("it is about another entry than the one that stands".to_owned());
    }
    problems
}
