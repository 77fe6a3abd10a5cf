//! Faults at the seam, in tests only: at a numbered step the engine refuses, or the connection is lost before the step was
//! done or after it. They concern the thread that ordered them, so a test that orders them runs on one.

use std::cell::RefCell;

use crate::error::StoreError;
use crate::sql::Sql;

/// How a step fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failing {
    /// The engine answers that it cannot; nothing was done and the connection stands.
    Refused,
    /// The connection is lost before the step reached the engine.
    LostBefore,
    /// The engine did it, and the connection is lost before it said so.
    LostAfter,
}

impl Failing {
    pub(crate) const ALL: [Self; 3] = [Self::Refused, Self::LostBefore, Self::LostAfter];
}

/// What a connection is opened with, among the steps.
pub(crate) const CONNECT: &str = "connect";

#[derive(Default)]
struct State {
    /// The faults by their step; none while nothing was ordered.
    orders: Option<Vec<(usize, Failing)>>,
    steps: Vec<String>,
    lost: bool,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Orders faults and counts steps from here on.
pub(crate) fn order(orders: &[(usize, Failing)]) {
    STATE.with_borrow_mut(|state| *state = State { orders: Some(orders.to_vec()), ..State::default() });
}

/// Takes every order back and gives the steps that were made.
pub(crate) fn over() -> Vec<String> {
    STATE.with_borrow_mut(std::mem::take).steps
}

fn lost() -> StoreError {
    StoreError::Unreachable("the connection was cut by a test".to_owned())
}

/// A connection is opened: the link is there again.
pub(crate) fn connect() -> Result<(), StoreError> {
    STATE.with_borrow_mut(|state| state.lost = false);
    before(&Sql::Fixed(CONNECT))?;
    after()
}

/// A step begins.
pub(crate) fn before(step: &Sql) -> Result<(), StoreError> {
    STATE.with_borrow_mut(|state| {
        if state.lost {
            return Err(lost());
        }
        let Some(orders) = &state.orders else { return Ok(()) };
        let number = state.steps.len();
        let failing = orders.iter().find(|(place, _)| *place == number).map(|(_, failing)| *failing);
        state.steps.push(match step {
            Sql::Fixed(text) => (*text).to_owned(),
            Sql::Composed(text) => text.numbered().to_string(),
        });
        match failing {
            Some(Failing::Refused) => {
                Err(StoreError::NotWritable("the disk was filled by a test".to_owned()))
            }
            Some(Failing::LostBefore) => {
                state.lost = true;
                Err(lost())
            }
            Some(Failing::LostAfter) | None => Ok(()),
        }
    })
}

/// A step was done.
pub(crate) fn after() -> Result<(), StoreError> {
    STATE.with_borrow_mut(|state| {
        let Some(orders) = &state.orders else { return Ok(()) };
        let last = state.steps.len().wrapping_sub(1);
        if orders.contains(&(last, Failing::LostAfter)) && !state.lost {
            state.lost = true;
            return Err(lost());
        }
        Ok(())
    })
}
