//! Downloads that break off, run out, stall, or are something else.

use super::*;
use crate::api::http::Waits;

/// Eight bytes, of which the first four come from [`cut`].
const WHOLE: &[u8] = b"halfsome";
const ETAG: &str = "\"one\"";

fn with(mut response: Response, headers: &[(&'static str, &str)]) -> Response {
    for (name, value) in headers {
        response.headers_mut().insert(*name, value.parse().unwrap());
    }
    response
}

fn cut_named() -> Response {
    with(cut(), &[("etag", ETAG)])
}

fn part(body: &'static [u8], place: &str) -> Response {
    let mut response = with(bytes(body), &[("etag", ETAG), ("content-range", place)]);
    *response.status_mut() = axum::http::StatusCode::PARTIAL_CONTENT;
    response
}

fn rest() -> Response {
    part(b"some", "bytes 4-7/8")
}

/// The `Range` and `If-Range` of a request.
fn asked_for(seen: &Seen) -> (Option<&str>, Option<&str>) {
    let text = |name: &str| seen.headers.get(name).map(|value| value.to_str().unwrap());
    (text("range"), text("if-range"))
}

const THE_REST: (Option<&str>, Option<&str>) = (Some("bytes=4-"), Some(ETAG));
const EVERYTHING: (Option<&str>, Option<&str>) = (None, None);

async fn fetch(client: &Client, promised: u64) -> ApiResult<Vec<u8>> {
    client.fetch(&download(WHOLE, promised), None, &|_| ()).await
}

#[tokio::test]
async fn a_cut_body_goes_on_where_it_ended_at_the_hop_that_gave_it() {
    for promised in [8, 0] {
        let home = tempfile::tempdir().unwrap();
        let storage = Fake::start(|nth, _| if nth == 1 { cut_named() } else { rest() }).await;
        let to = format!("{}/x.zip?signature=1", storage.url);
        let drive = Fake::start(move |_, _| redirect(&to)).await;
        let client = client(home.path(), &drive.url);
        let account = account(&client, home.path());
        let told = Mutex::new(Vec::new());
        let progress = |so_far| told.lock().unwrap().push(so_far);
        let bytes = client.fetch(&download(WHOLE, promised), Some(&account), &progress).await.unwrap();
        assert_eq!((bytes.as_slice(), told.into_inner().unwrap()), (WHOLE, vec![4, 8]));
        assert_eq!((drive.count(), storage.count()), (1, 2));
        assert_eq!(asked_for(&storage.nth(1)), EVERYTHING);
        assert_eq!(asked_for(&storage.nth(2)), THE_REST);
        assert_eq!(storage.nth(2).path, "/x.zip?signature=1");
        assert!(!storage.nth(2).headers.contains_key("authorization"));
        assert_eq!(client.zips().get(&sha256(WHOLE)).unwrap(), WHOLE);
    }
}

#[tokio::test]
async fn a_body_that_the_drive_itself_cuts_goes_on_with_the_key() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|nth, _| if nth == 1 { cut_named() } else { rest() }).await;
    let client = client(home.path(), &drive.url);
    let account = account(&client, home.path());
    client.fetch(&download(WHOLE, 8), Some(&account), &|_| ()).await.unwrap();
    assert_eq!(asked_for(&drive.nth(2)), THE_REST);
    assert_eq!(drive.nth(2).headers["authorization"], format!("Bearer {KEY}"));
}

#[tokio::test]
async fn a_body_may_be_cut_three_times() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|nth, _| match nth {
        1 => cut_named(),
        2 => part(b"s", "bytes 4-7/8"),
        3 => part(b"om", "bytes 5-6/8"),
        _ => part(b"e", "bytes 7-7/*"),
    })
    .await;
    assert_eq!(fetch(&client(home.path(), &drive.url), 8).await.unwrap(), WHOLE);
    let ranges: Vec<String> = (2..=4).map(|nth| asked_for(&drive.nth(nth)).0.unwrap().to_owned()).collect();
    assert_eq!(ranges, ["bytes=4-", "bytes=5-", "bytes=7-"]);
}

#[tokio::test]
async fn a_server_that_sends_the_whole_again_is_read_from_its_beginning() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|nth, _| if nth == 1 { cut_named() } else { bytes(WHOLE) }).await;
    assert_eq!(fetch(&client(home.path(), &drive.url), 8).await.unwrap(), WHOLE);
    assert_eq!((asked_for(&drive.nth(2)), drive.count()), (THE_REST, 2));
}

#[tokio::test]
async fn a_wrong_part_is_thrown_away_and_everything_is_asked_for_again() {
    let no_place = || {
        let mut response = rest();
        response.headers_mut().remove("content-range");
        response
    };
    let outside = || with(refused(416, "invalid_request"), &[("content-range", "bytes */8")]);
    let wrong: [fn() -> Response; 5] = [
        || part(b"some", "bytes 3-6/8"),
        || part(b"some", "bytes 4-7/9"),
        || part(WHOLE, "bytes 0-7/8"),
        || with(rest(), &[("etag", "\"two\"")]),
        || part(b"some", "bytes */8"),
    ];
    let wrong = wrong.into_iter().map(|one| Box::new(one) as Box<dyn Fn() -> Response + Send + Sync>);
    for (case, wrong) in wrong.chain([Box::new(no_place) as _, Box::new(outside) as _]).enumerate() {
        let home = tempfile::tempdir().unwrap();
        let drive = Fake::start(move |nth, _| match nth {
            1 => cut_named(),
            2 => wrong(),
            _ => bytes(WHOLE),
        })
        .await;
        assert_eq!(fetch(&client(home.path(), &drive.url), 8).await.unwrap(), WHOLE, "{case}");
        assert_eq!((asked_for(&drive.nth(2)), asked_for(&drive.nth(3))), (THE_REST, EVERYTHING), "{case}");
    }
}

#[tokio::test]
async fn a_part_that_nobody_asked_for_is_no_package() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|_, _| part(b"some", "bytes 4-7/8")).await;
    let error = Error::from(fetch(&client(home.path(), &drive.url), 8).await.unwrap_err());
    assert_eq!(error.kind(), Kind::Unavailable);
    assert!(error.message().contains("another part than was asked for"), "{error}");
}

#[tokio::test]
async fn without_a_strong_etag_everything_is_asked_for_again() {
    for etag in [None, Some("W/\"one\"")] {
        let home = tempfile::tempdir().unwrap();
        let drive = Fake::start(move |nth, _| match (nth, etag) {
            (1, Some(etag)) => with(cut(), &[("etag", etag)]),
            (1, None) => cut(),
            _ => bytes(WHOLE),
        })
        .await;
        assert_eq!(fetch(&client(home.path(), &drive.url), 8).await.unwrap(), WHOLE);
        assert_eq!(asked_for(&drive.nth(2)), EVERYTHING);
    }
}

#[tokio::test]
async fn two_halves_that_do_not_belong_together_are_fetched_anew() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|nth, _| match nth {
        1 => cut_named(),
        2 => part(b"SOME", "bytes 4-7/8"),
        _ => bytes(WHOLE),
    })
    .await;
    let client = client(home.path(), &drive.url);
    assert_eq!(fetch(&client, 8).await.unwrap(), WHOLE);
    assert_eq!(asked_for(&drive.nth(3)), EVERYTHING);
    assert!(client.zips().get(&sha256(b"halfSOME")).is_none());
}

#[tokio::test]
async fn a_signature_that_runs_out_midway_is_asked_for_anew_and_the_rest_goes_on() {
    for status in [400, 401, 403, 404, 410] {
        let home = tempfile::tempdir().unwrap();
        let storage = Fake::start(move |nth, _| match nth {
            1 => cut_named(),
            2 => refused(status, "expired"),
            _ => rest(),
        })
        .await;
        let to = storage.url.clone();
        let drive = Fake::start(move |nth, _| redirect(&format!("{to}/x.zip?signature={nth}"))).await;
        assert_eq!(fetch(&client(home.path(), &drive.url), 8).await.unwrap(), WHOLE, "{status}");
        assert_eq!((drive.count(), storage.count()), (2, 3), "{status}");
        assert_eq!(asked_for(&drive.nth(2)), EVERYTHING);
        assert_eq!((storage.nth(3).path.as_str(), asked_for(&storage.nth(3))), ("/x.zip?signature=2", THE_REST));
    }
}

#[tokio::test]
async fn a_signature_is_asked_for_anew_only_once() {
    let home = tempfile::tempdir().unwrap();
    let storage = Fake::start(|nth, _| if nth == 1 { cut_named() } else { refused(403, "expired") }).await;
    let to = storage.url.clone();
    let drive = Fake::start(move |_, _| redirect(&to)).await;
    let error = fetch(&client(home.path(), &drive.url), 8).await.unwrap_err();
    assert_eq!(error.status(), Some(403));
    assert_eq!((drive.count(), storage.count()), (2, 3));
}

#[tokio::test]
async fn another_hop_is_not_asked_for_the_rest() {
    let home = tempfile::tempdir().unwrap();
    let first = Fake::start(|nth, _| if nth == 1 { cut_named() } else { refused(410, "gone") }).await;
    let second = Fake::start(|_, _| bytes(WHOLE)).await;
    let ways = [format!("{}/x.zip", first.url), format!("{}/x.zip", second.url)];
    let drive = Fake::start(move |nth, _| redirect(&ways[nth - 1])).await;
    assert_eq!(fetch(&client(home.path(), &drive.url), 8).await.unwrap(), WHOLE);
    assert_eq!(asked_for(&second.nth(1)), EVERYTHING);
}

#[tokio::test]
async fn what_stalls_takes_too_long() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|_, _| {
        let start = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"half"))]);
        let body = Body::from_stream(start.chain(stream::pending()));
        with(Response::new(body), &[("etag", ETAG), ("content-length", "8")])
    })
    .await;
    let mut client = client(home.path(), &drive.url);
    client.http = Http::new(None, soon());
    let error = Error::from(fetch(&client, 8).await.unwrap_err());
    assert_eq!((error.kind(), error.code_str()), (Kind::Unavailable, "network"));
    assert!(error.message().contains("it took too long"), "{error}");
    let error = Error::from(account(&client, home.path()).credits().await.unwrap_err());
    assert!(error.message().contains("it took too long"), "{error}");
}

/// Waits that a test does not feel.
fn soon() -> Waits {
    Waits { connect: Duration::from_millis(50), stall: Duration::from_millis(50) }
}

#[tokio::test]
async fn what_drips_takes_too_long_too() {
    let home = tempfile::tempdir().unwrap();
    // A byte comes well within each wait, and would for hours.
    let drive = Fake::start(|_, _| {
        let drip = stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Some((Ok::<_, std::io::Error>(Bytes::from_static(b" ")), ()))
        });
        with(Response::new(Body::from_stream(drip)), &[("etag", ETAG), ("content-length", "1000000")])
    })
    .await;
    let mut client = client(home.path(), &drive.url);
    client.http = Http::new(None, soon());
    let error = Error::from(fetch(&client, 1_000_000).await.unwrap_err());
    assert_eq!((error.kind(), error.code_str()), (Kind::Unavailable, "network"));
    assert!(error.message().contains("it took too long"), "{error}");
    assert_eq!(drive.count(), 4);
    let error = Error::from(account(&client, home.path()).credits().await.unwrap_err());
    assert!(error.message().contains("it took too long"), "{error}");
    assert_eq!((http::WAITS.stall, http::WAITS.connect), (Duration::from_secs(30), Duration::from_secs(10)));
}

#[tokio::test]
async fn what_comes_slowly_but_comes_is_waited_for() {
    let home = tempfile::tempdir().unwrap();
    static LARGE: [u8; 20 * 1024] = [7; 20 * 1024];
    let drive = Fake::start(|_, _| {
        let pieces = stream::iter(LARGE.chunks(1024)).then(|piece| async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok::<_, std::io::Error>(Bytes::from_static(piece))
        });
        Response::new(Body::from_stream(pieces))
    })
    .await;
    let mut client = client(home.path(), &drive.url);
    // Four times longer in all than it may stall.
    client.http = Http::new(None, Waits { stall: Duration::from_millis(100), ..soon() });
    let bytes = client.fetch(&download(&LARGE, LARGE.len() as u64), None, &|_| ()).await.unwrap();
    assert_eq!((bytes.as_slice(), drive.count()), (&LARGE[..], 1));
}

/// A listener that takes no more connections: those that come now are neither taken nor refused.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_into_the_void_takes_too_long() {
    let home = tempfile::tempdir().unwrap();
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    let connect = || tokio::time::timeout(Duration::from_millis(50), tokio::net::TcpStream::connect(address));
    while let Ok(Ok(stream)) = connect().await {
        queue.push(stream);
        assert!(queue.len() < 100, "the queue is never full");
    }
    let mut client = client(home.path(), &format!("http://{address}"));
    client.http = Http::new(None, Waits { connect: soon().connect, ..http::WAITS });
    let error = Error::from(account(&client, home.path()).credits().await.unwrap_err());
    assert_eq!((error.kind(), error.code_str()), (Kind::Unavailable, "network"));
    assert!(error.message().starts_with(&format!("could not connect to {address}: it took too long")), "{error}");
}

#[tokio::test]
async fn a_chunked_body_that_ends_early_is_found_out() {
    let chunked = |ends_well: bool| {
        move || {
            let half = stream::iter([Ok(Bytes::from_static(b"half"))]);
            let end = stream::iter((!ends_well).then(|| Err(std::io::Error::other("cut"))));
            Response::new(Body::from_stream(half.chain(end)))
        }
    };
    for (ends_well, promised) in [(false, 8), (false, 0), (true, 8), (true, 0)] {
        let home = tempfile::tempdir().unwrap();
        let early = chunked(ends_well);
        let drive = Fake::start(move |nth, _| if nth == 1 { early() } else { bytes(WHOLE) }).await;
        assert_eq!(fetch(&client(home.path(), &drive.url), promised).await.unwrap(), WHOLE, "{ends_well} {promised}");
        assert_eq!(drive.count(), 2);
        let early = chunked(ends_well);
        let always = Fake::start(move |_, _| early()).await;
        let client = client(&home.path().join("always"), &always.url);
        let error = Error::from(fetch(&client, promised).await.unwrap_err());
        // Without a size only the digest knows that a body which ends well is not all.
        let kind = if ends_well && promised == 0 { Kind::Integrity } else { Kind::Unavailable };
        assert_eq!(error.kind(), kind, "{ends_well} {promised}: {error}");
        assert!(client.zips().get(&sha256(WHOLE)).is_none() && client.zips().get(&sha256(b"half")).is_none());
    }
}

#[tokio::test]
async fn a_hundred_mebibytes_of_json_are_not_read_to_their_end() {
    const MEBIBYTE: usize = 1024 * 1024;
    let home = tempfile::tempdir().unwrap();
    let sent = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = Arc::clone(&sent);
    let drive = Fake::start(move |nth, _| {
        let counter = Arc::clone(&counter);
        let pieces = stream::iter(0..100).map(move |_| {
            counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Ok::<_, std::io::Error>(Bytes::from(vec![b' '; MEBIBYTE]))
        });
        let status = if nth == 1 { 200 } else { 400 };
        let builder = Response::builder().status(status).header("content-type", "application/json");
        builder.body(Body::from_stream(pieces)).unwrap()
    })
    .await;
    let client = client(home.path(), &drive.url);
    let account = account(&client, home.path());
    for _ in ["an answer", "a refusal"] {
        sent.store(0, std::sync::atomic::Ordering::Relaxed);
        let error = Error::from(account.credits().await.unwrap_err());
        assert_eq!((error.kind(), error.code_str()), (Kind::Failure, "too_large"));
        // Some is on its way when the connection is given up.
        assert!(sent.load(std::sync::atomic::Ordering::Relaxed) < 40);
    }
    assert_eq!(drive.count(), 2);
}

#[tokio::test]
async fn a_web_page_is_no_package() {
    let pages: [&'static [u8]; 3] =
        [b"<html>log in</html>", b"\xef\xbb\xbf\r\n <!DOCTYPE html>", b"<?xml version=\"1.0\"?><html/>"];
    for (page, promised) in pages.into_iter().flat_map(|page| [(page, 0), (page, 8)]) {
        for kind in ["text/html; charset=utf-8", "application/zip"] {
            let home = tempfile::tempdir().unwrap();
            let drive = Fake::start(move |_, _| with(bytes(page), &[("content-type", kind)])).await;
            let client = client(home.path(), &drive.url);
            let error = Error::from(fetch(&client, promised).await.unwrap_err());
            assert_eq!((error.kind(), error.code_str()), (Kind::Unavailable, "web_page"));
            assert!(error.message().ends_with("answered with a web page instead of the package"), "{error}");
            assert_eq!(error.hints(), ["is there a proxy or a network login between here and the drive?"]);
            assert_eq!(drive.count(), 1);
        }
    }
}

#[tokio::test]
async fn a_wait_that_is_asked_for_is_obeyed_and_told() {
    let home = tempfile::tempdir().unwrap();
    let busy = |status, seconds: &'static str| with(refused(status, "busy"), &[("retry-after", seconds)]);
    for (status, limited) in [(503, false), (429, true)] {
        let storage = Fake::start(move |nth, _| if nth == 1 { busy(status, "7") } else { bytes(WHOLE) }).await;
        let to = storage.url.clone();
        let drive = Fake::start(move |_, _| redirect(&to)).await;
        let mut client = client(&home.path().join(status.to_string()), &drive.url);
        let told = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&told);
        client.setup.tell = Box::new(move |wait| log.lock().unwrap().push(wait.clone()));
        fetch(&client, 8).await.unwrap();
        let told = told.lock().unwrap();
        assert!(told.len() == 1 && told[0].limited == limited && told[0].wait > Duration::from_secs(6), "{told:?}");
        assert_eq!(slept(&client), [told[0].wait]);
    }
    // Longer than a minute is not waited for.
    let drive = Fake::start(move |_, _| busy(503, "61")).await;
    let client = client(home.path(), &drive.url);
    assert_eq!(fetch(&client, 8).await.unwrap_err().status(), Some(503));
    assert_eq!((drive.count(), slept(&client).len()), (1, 0));
}

#[tokio::test]
async fn five_redirects_are_followed() {
    let home = tempfile::tempdir().unwrap();
    let drive = Fake::start(|nth, _| if nth <= 5 { redirect(&format!("/{nth}")) } else { bytes(WHOLE) }).await;
    assert_eq!(fetch(&client(home.path(), &drive.url), 8).await.unwrap(), WHOLE);
    assert_eq!((drive.count(), drive.nth(6).path.as_str()), (6, "/5"));
}

#[tokio::test]
async fn an_answer_of_ten_thousand_levels_is_an_error() {
    for (open, close) in [("[", "]"), ("{\"data\":", "}")] {
        let home = tempfile::tempdir().unwrap();
        let deep = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        let drive = Fake::start(move |nth, _| {
            let builder = Response::builder().status(if nth == 1 { 200 } else { 400 });
            builder.header("content-type", "application/json").body(Body::from(deep.clone())).unwrap()
        })
        .await;
        let client = client(home.path(), &drive.url);
        let account = account(&client, home.path());
        let error = Error::from(account.credits().await.unwrap_err());
        assert_eq!((error.kind(), error.code_str()), (Kind::Failure, "dialect"));
        assert!(error.message().contains("recursion limit"), "{error}");
        // What a refusal says is bounded in the same way.
        let error = Error::from(account.credits().await.unwrap_err());
        assert_eq!((error.kind(), error.code_str()), (Kind::Failure, "not_json"));
    }
}
