use std::time::{Duration, Instant};
use register::subject::SubjectNumber;
use register::event::Event;
use store::{StandingAsked, StoreError, StatementAsked, OrganisationSearch};
use crate::acts::*;
use crate::harness::*;

#[test]
fn bench() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        let begun = Instant::now();
        let n = 100u64;
        for chunk in 0..n {
            let store2 = store.clone();
            write(&store2, move |pen| Box::pin(async move {
                let mut acts = Vec::new();
                let idents: Vec<_> = (1..=100).map(|i| organisation(chunk*100+i)).collect();
                pen.subjects_of(&idents).await?;
                let mut asked = Vec::new();
                for i in 1..=100u64 {
                    let s = chunk*100+i;
                    acts.push(by_office(registered(s)));
                    for k in 0..5 {
                        let r = s*5+k;
                        let e = filed(r, s, 1, false, (k==0).then_some("北京样例科技有限公司"));
                        let Event::RecordFiled(f) = &e else { unreachable!() };
                        asked.push(StatementAsked{subject: SubjectNumber(s), statement: f.content.identity_text(&f.item,&f.authority,f.subject), content: f.content.comparison_text()});
                        acts.push(by_office(e));
                    }
                }
                let b0 = Instant::now(); pen.held_statements(&asked).await?; let b1 = Instant::now();
                let r = pen.append(&acts).await.map(|_|()); if chunk == 50 { println!("held {:?} append {:?}", b1-b0, b1.elapsed()); } r
            })).await;
        }
        let t = begun.elapsed();
        println!("{:?}: filed {} records in {:?}: {:.0}/s", place.engine, n*500, t, (n*500) as f64 / t.as_secs_f64());
        let begun = Instant::now();
        let mut tasks = Vec::new();
        let each = 150u64;
        for c in 0..64u64 {
            let store = store.clone();
            tasks.push(tokio::spawn(async move {
                let mut lat = Vec::new();
                for i in 0..each {
                    let b = Instant::now();
                    let s = (c*7919 + i*104729) % 10000 + 1;
                    let mut snap = store.snapshot().await.unwrap();
                    let subject = snap.subject_by_identifier(&organisation(s)).await.unwrap().unwrap();
                    let records = snap.records_with_acts_of(subject.number).await.unwrap();
                    assert_eq!(records.len(), 5);
                    let asked = StandingAsked { subject: Some(subject.number), authority: Some(office()), key: None, consent: None };
                    let standing = snap.standing(&asked).await.unwrap();
                    snap.end().await.unwrap();
                    store.write::<_, StoreError, _>(move |pen| { let asked = asked.clone(); Box::pin(async move {
                        assert!(pen.standing(&asked).await? == standing);
                        pen.append(&[by_office(looked(s, 1))]).await.map(|_| ())
                    })}).await.unwrap();
                    lat.push(b.elapsed());
                }
                lat
            }));
        }
        let mut lat: Vec<Duration> = Vec::new();
        for t in tasks { lat.extend(t.await.unwrap()); }
        lat.sort();
        let t = begun.elapsed();
        println!("{:?}: {} inquiries in {:?}: {:.0}/s p50 {:?} p99 {:?}", place.engine, lat.len(), t, lat.len() as f64/t.as_secs_f64(), lat[lat.len()/2], lat[lat.len()*99/100]);
        let b = Instant::now(); store.advance_checkpoint().await.unwrap(); println!("checkpoint {:?}", b.elapsed());
        let b = Instant::now(); let r = store.verify(Default::default(), &|_|()).await.unwrap(); println!("verify {} entries {:?} {:?}", r.entries, b.elapsed(), r.problems.first());
        let b = Instant::now(); let r = store.rebuild_compare(&|_|()).await.unwrap(); println!("compare {} rows {:?} {:?}", r.rows, b.elapsed(), r.differences.first());
        let b = Instant::now(); let search = OrganisationSearch::start(&store); search.wait_until_ready().await; println!("search index {:?}", b.elapsed());
        for text in ["北京", "科技有限", "样例科技有限"] {
            let b = Instant::now(); for _ in 0..50 { search.search(text, None, 20).await.unwrap(); } println!("search {text} {:?}", b.elapsed()/50);
        }
        store.close().await;
    });
}
