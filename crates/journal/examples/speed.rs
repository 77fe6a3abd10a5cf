#![allow(clippy::all, clippy::unwrap_used, clippy::disallowed_methods, missing_docs, clippy::allow_attributes)]
use journal::*; use std::time::Instant;
struct R; impl Randomness for R { fn fill(&self,b:&mut[u8]){ for (i,x) in b.iter_mut().enumerate(){*x=i as u8} } }
fn main(){
 let n=3_000_000u64;
 let mut leaf=Leaf{number:0,minute:29_515_745,kind:"inquiry-answered".into(),office:"bj-market-supervision".into(),article:"20(1)".into(),commitment:[7;32]};
 let t=Instant::now(); let mut buf=Vec::new(); let mut x=0u8;
 for i in 0..n{leaf.number=i;buf.clear();leaf.write_to(&mut buf).unwrap();x^=leaf_hash(&buf)[0];}
 println!("leaf text+hash {:.2} M/s ({} bytes) {x}",n as f64/t.elapsed().as_secs_f64()/1e6,buf.len());
 let t=Instant::now(); let mut f=Frontier::new(); for _ in 0..n{f.append([x;32]);} println!("frontier append {:.2} M/s {:?}",n as f64/t.elapsed().as_secs_f64()/1e6,f.root()[0]);
 let hs:Vec<_>=(0..n).map(|i|{leaf.number=i;leaf.hash().unwrap()}).collect();
 let t=Instant::now(); let mut v=JournalVerifier::new(); for i in 0..n{leaf.number=i; v.push(&StoredEntry{number:i,leaf:&leaf,hash:hs[i as usize],payload:Payload::NotGiven});} let r=v.finish(); println!("verifier push {:.2} M/s {}",n as f64/t.elapsed().as_secs_f64()/1e6,r.holds());
 let ring=KeyRing::generate(&R).unwrap(); let text=vec![b'a';600];
 let m=300_000u64;
 let t=Instant::now(); let mut last=None; for i in 0..m{last=Some(seal_payload(&ring,&R,i,&text).unwrap());} println!("seal 600B {:.0} k/s",m as f64/t.elapsed().as_secs_f64()/1e3);
 let p=last.unwrap(); let t=Instant::now(); for _ in 0..m{std::hint::black_box(open_payload(&ring,m-1,&p.wrapped_key,&p.sealed).unwrap());} println!("open 600B {:.0} k/s",m as f64/t.elapsed().as_secs_f64()/1e3);
 let c=seal_column(&ring,&R,"subject","phone","123",b"13800000000").unwrap(); let t=Instant::now(); for _ in 0..m{std::hint::black_box(open_column(&ring,"subject","phone","123",&c).unwrap());} println!("open column {:.0} k/s",m as f64/t.elapsed().as_secs_f64()/1e3);
 let k=ring.current_index(); let t=Instant::now(); for _ in 0..m{std::hint::black_box(blind_index(&ring,k,"citizen-id","110101199003077777").unwrap());} println!("blind index {:.0} k/s",m as f64/t.elapsed().as_secs_f64()/1e3);
 let s=Signer::from_seed("a",&[1;32]).unwrap(); let t=Instant::now(); for _ in 0..20000{std::hint::black_box(Receipt::promise(&s,&leaf).unwrap());} println!("promise {:.1} k/s",20000.0/t.elapsed().as_secs_f64()/1e3);
 let mut tree=MemoryTree::new(); for i in 0..n{tree.push_hash(hs[i as usize]);}
 let t=Instant::now(); for i in 0..2000u64{std::hint::black_box(inclusion_proof(i*1499,n,&tree).unwrap());} println!("inclusion proof of {n}: {:.0} us",t.elapsed().as_secs_f64()/2000.0*1e6);
}
