//! Changes of method, path and query.

use http::Method;

use super::Brood;

impl Brood {
    pub(super) fn methods(&mut self) {
        for method in ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "get", "post"] {
            self.add(format!("method {method}"), |it| {
                it.method = Method::from_bytes(method.as_bytes()).unwrap();
            });
        }
    }

    pub(super) fn paths(&mut self) {
        let path = self.parent.path().to_owned();
        let rest = self.parent.target[path.len()..].to_owned();
        let mut others = vec![format!("{path}x"), format!("{path}%20"), format!("/x{path}")];
        others.push(path.replace("%20", "%2520"));
        others.push(path.replace("%20", "+"));
        others.push(path.to_uppercase());
        if path.len() > 1 {
            others.extend([format!("{path}/"), "/".to_owned(), path[..path.len() - 1].to_owned()]);
        }
        for (index, other) in others.into_iter().enumerate() {
            self.add(format!("path {index}"), |it| it.target = format!("{other}{rest}"));
        }
    }

    pub(super) fn parameters(&mut self) {
        let query = self.parent.query().to_owned();
        let pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
        for (index, pair) in pairs.iter().enumerate() {
            let changed = [
                vec![],
                vec![*pair, *pair],
                vec![pair.strip_suffix(|_: char| true).unwrap()],
                vec!["x", pair],
            ];
            for (kind, replacement) in changed.iter().enumerate() {
                let mut all = pairs.clone();
                all.splice(index..=index, replacement.iter().copied());
                self.query(format!("parameter {index} way {kind}"), &all.join("&"));
            }
            for (kind, other) in [format!("{pair}%00"), format!("x{pair}")].iter().enumerate() {
                let mut all = pairs.clone();
                all[index] = other;
                self.query(format!("parameter {index} text {kind}"), &all.join("&"));
            }
        }
        for extra in ["x", "x=1", "=", "&", "Action=DeleteUser", "X-Amz-Credential=a", "%26"] {
            self.query(format!("extra parameter {extra}"), &format!("{query}&{extra}"));
        }
        self.query("plus for a space".to_owned(), &query.replace("%20", "+"));
        self.query("encoded twice".to_owned(), &query.replace('%', "%25"));
    }

    /// A bare `?` is left out: it is the same canonical request, and the same request.
    fn query(&mut self, deed: String, query: &str) {
        if query.is_empty() && self.parent.query().is_empty() {
            return;
        }
        let path = self.parent.path().to_owned();
        self.add(deed, |it| it.target = format!("{path}?{query}"));
    }
}
