//! Parameters with places left open: `$a` stands for the caller's account, `$h` for sixteen
//! hexadecimal digits, `$n` for a number below a hundred.

use super::actor::Actor;
use super::ids::Draw;

/// Puts account and numbers in the place of `$a`, `$h` and `$n`.
pub(super) fn fill(template: &str, actor: &Actor, draw: &mut Draw) -> String {
    let mut pieces = template.split('$');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.as_bytes().first() {
            Some(b'a') => out.push_str(actor.account),
            Some(b'h') => out.push_str(&format!("{:016x}", draw.next())),
            _ => out.push_str(&draw.below(100).to_string()),
        }
        out.push_str(piece.get(1..).unwrap_or_default());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::cast::{CAROL, CAROL_KEY};
    use super::super::ids::{Ids, What};
    use super::*;

    #[test]
    fn fills_account_and_numbers_in() {
        let actor = Actor::by_key(&CAROL, CAROL_KEY);
        let mut draw = Ids::new(1).draw(What::Draw, 1);
        assert_eq!(fill("x$a-$a", &actor, &mut draw), "x123456789012-123456789012");
        assert_eq!(fill("$h.", &actor, &mut draw).len(), 17);
        assert_eq!(fill("plain", &actor, &mut draw), "plain");
    }
}
