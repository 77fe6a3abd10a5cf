//! What holds of every page of every desk: nobody is there without having signed in, nobody in another kind's room, and no form is
//! taken that another site could send (Articles 6, 19, 34).

use testkit::browser::Browser;

use crate::sign_in::Served;

/// The rooms with who is at home there, and who is not.
const ROOMS: [(&str, &str, &str); 3] = [
    ("/my", "person-wang", "officer-li"),
    ("/office", "officer-li", "person-wang"),
    ("/operations", "staff-ma", "officer-li"),
];

fn room_of(path: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let plain = path.strip_prefix("/en").filter(|rest| rest.starts_with('/')).unwrap_or(path);
    ROOMS.into_iter().find(|(room, ..)| {
        plain.strip_prefix(room).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_at_anothers_desk_and_no_form_without_the_sessions_word_is_taken() {
    let served = Served::new(&[], |_| ()).await;
    for (room, own, other) in ROOMS {
        let (mut at_home, mut stranger) = (Browser::default(), Browser::default());
        served.signed_in(&mut at_home, own).await;
        served.signed_in(&mut stranger, other).await;
        let mut tried = 0;
        for door in
            web::doors().into_iter().filter(|door| room_of(&door.path).is_some_and(|(of, ..)| of == room))
        {
            let filled: Vec<&str> =
                door.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
            let (path, address) = (&door.path, served.at(&filled.join("/")));
            tried += 1;
            if door.method == "GET" {
                let nobody = Browser::default().get(&address).await;
                assert_eq!(nobody.status, 303, "{path}");
                assert!(nobody.headers["location"].contains("/sign-in?to="), "{path}");
                assert_eq!(stranger.get(&address).await.status, 403, "{path}");
                // What is not there and what is not theirs are told with one word in some of them.
                let home = at_home.get(&address).await;
                assert!([200, 400, 403, 404].contains(&home.status), "{path}: {}", home.status);
                assert_eq!(home.headers["cache-control"], "no-store", "{path}");
            } else {
                assert_eq!(Browser::default().post_form(&address, &[]).await.status, 401, "{path}");
                assert_eq!(stranger.post_form(&address, &[]).await.status, 403, "{path}");
                for word in ["", "0123456789"] {
                    let forged = at_home.post_form(&address, &[("form_token", word), ("reason", "x")]).await;
                    assert!([400, 415].contains(&forged.status), "{path}: {}", forged.status);
                }
            }
        }
        assert!(tried >= 8, "{room} has {tried} pages");
    }
}
