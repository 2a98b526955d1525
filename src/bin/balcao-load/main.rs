//! `balcao-load`: many clients at once, through the same doors as everybody, to see how fast the server is and whether it keeps
//! its promises while it is busy.
//!
//! - [`args`]: which workload, how large, and where to.
//! - [`people`]: signing in and preparing boards. [`connection`]: one WebSocket.
//! - [`workload`]: the run itself, with its [`follower`]s and [`writer`]s.
//! - [`order`], [`latency`], [`cpu`]: what is checked and measured; [`report`]: how it is told.
//!
//! Ends with 0 when every subscriber saw every event in order and every command was answered, with 1 when not, and with 2 when
//! it could not run.

mod args;
mod connection;
mod cpu;
mod follower;
mod latency;
mod order;
mod people;
mod report;
mod workload;
mod writer;

use std::process::ExitCode;

use clap::Parser;

use args::Args;

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("balcao-load: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Runs the workload and prints what came of it: whether all was well.
fn run(args: &Args) -> anyhow::Result<bool> {
    let plan = args.plan()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(workload::run(args, &plan))?;
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print!("{report}");
    }
    Ok(report.ok)
}
