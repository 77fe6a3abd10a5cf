//! The spool: files that are being received, each removed when nobody holds it any more.

use std::path::Path;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;

use crate::options::Limits;
use crate::problem::{Problem, ProblemKind};

/// A file that is longer than the platform takes.
pub(crate) fn too_large(limits: &Limits) -> Problem {
    let bytes = limits.batch_bytes_max;
    Problem::new(ProblemKind::TooLarge)
        .detail(format!("文件不得超过{bytes}字节"), format!("a file has at most {bytes} bytes"))
}

/// Writes what arrives to a file that only this program reads and that is removed when it is dropped.
pub(crate) async fn spool<E>(
    folder: &Path,
    limits: &Limits,
    arriving: impl Stream<Item = Result<Bytes, E>>,
) -> Result<NamedTempFile, Problem> {
    let failed = |error: std::io::Error| {
        tracing::error!(%error, "a file could not be spooled");
        // A disk that is full, or descriptors that are used up, have room again later.
        Problem::new(ProblemKind::Overloaded)
    };
    let spooled = tempfile::Builder::new().prefix("credence-filing-").tempfile_in(folder).map_err(failed)?;
    let mut file = tokio::fs::File::from_std(spooled.reopen().map_err(failed)?);
    let mut written: u64 = 0;
    // A sender that trickles holds a place as one that is silent does: so much must arrive in each stretch of time.
    let mut arrived: u64 = 0;
    let mut until = tokio::time::Instant::now() + limits.upload_idle_max;
    let mut arriving = std::pin::pin!(arriving);
    loop {
        let data = match tokio::time::timeout_at(until, arriving.next()).await {
            Err(_) => return Err(Problem::new(ProblemKind::RequestTimeout)),
            Ok(None) => break,
            Ok(Some(Err(_))) => return Err(Problem::malformed("body", "内容没有传完", "it ended early")),
            Ok(Some(Ok(data))) => data,
        };
        let length = u64::try_from(data.len()).unwrap_or(u64::MAX);
        written = written.saturating_add(length);
        arrived = arrived.saturating_add(length);
        if arrived >= limits.upload_bytes_min {
            arrived = 0;
            until = tokio::time::Instant::now() + limits.upload_idle_max;
        }
        if written > limits.batch_bytes_max {
            return Err(too_large(limits));
        }
        file.write_all(&data).await.map_err(failed)?;
    }
    file.flush().await.map_err(failed)?;
    Ok(spooled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(bytes: u64) -> Limits {
        Limits {
            batch_bytes_max: bytes,
            upload_idle_max: std::time::Duration::from_millis(50),
            ..Limits::default()
        }
    }

    fn sent(text: &'static str) -> impl Stream<Item = Result<Bytes, std::io::Error>> {
        futures::stream::iter([Ok(Bytes::from_static(text.as_bytes()))])
    }

    #[tokio::test]
    async fn a_body_is_spooled_up_to_its_limit_and_the_file_goes_away() {
        let folder = tempfile::tempdir().unwrap();
        let spooled = spool(folder.path(), &limits(5), sent("12345")).await.unwrap();
        assert_eq!(std::fs::read(spooled.path()).unwrap(), b"12345");
        drop(spooled);
        let problem = spool(folder.path(), &limits(4), sent("12345")).await.unwrap_err();
        assert_eq!(problem.kind, ProblemKind::TooLarge);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_silent_sender_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let silent = futures::stream::pending::<Result<Bytes, std::io::Error>>();
        let problem = spool(folder.path(), &limits(5), silent).await.unwrap_err();
        assert_eq!(problem.kind, ProblemKind::RequestTimeout);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
