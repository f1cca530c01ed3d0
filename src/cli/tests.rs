//! The command line: what it takes, what it refuses, and how it says so.

use std::collections::BTreeSet;

use clap::ValueEnum as _;
use insta::assert_snapshot;

use super::*;

fn parsed(line: &str) -> Cli {
    parse_from(line.split(' ')).unwrap()
}

fn refused(line: &str) -> clap::Error {
    parse_from(line.split(' ')).unwrap_err()
}

#[test]
fn the_command_line_holds_together() {
    command().debug_assert();
}

#[test]
fn every_command_explains_itself() {
    fn walk(command: &Command, path: &str) {
        let path = format!("{path} {}", command.get_name());
        assert!(command.get_about().is_some(), "{path} says nothing about itself");
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{path} {} says nothing about itself", argument.get_id());
        }
        command.get_subcommands().for_each(|command| walk(command, &path));
    }
    walk(&command(), "");
}

#[test]
fn flags_may_stand_anywhere() {
    let cli = parsed(
        "stack -C house plan stacks/dev.yaml --target app_client.web --target user_pool --sandbox -vv --color never",
    );
    let globals = cli.globals;
    assert_eq!(
        (globals.directory, globals.sandbox, globals.verbose, globals.color),
        (Some("house".into()), true, 2, Color::Never)
    );
    let Verb::Plan(Plan { stack, narrow, detailed_exitcode, json, .. }) = cli.verb else { panic!("not a plan") };
    assert_eq!((stack.as_deref(), detailed_exitcode, json), (Some("dev"), false, false));
    assert_eq!(narrow.target.iter().map(ToString::to_string).collect::<Vec<_>>(), ["app_client.web", "user_pool"]);
}

#[test]
fn carrying_out_has_its_bounds() {
    let Verb::Apply(Apply { carry, narrow, .. }) = parsed("stack apply dev --allow-loss user_pool").verb else {
        panic!("not an apply")
    };
    assert_eq!((carry.auto_approve, carry.parallelism, narrow.allow_loss), (false, 10, vec!["user_pool".to_owned()]));
    for line in [
        "stack apply dev --parallelism 0",
        "stack apply dev --parallelism 65",
        "stack apply dev --allow-loss pool",
        "stack apply d/e",
        "stack apply dev --target Web",
    ] {
        refused(line);
    }
}

#[test]
fn a_saved_plan_knows_its_stack() {
    let Verb::Apply(apply) = parsed("stack apply --plan dev.plan").verb else { panic!("not an apply") };
    assert_eq!((apply.stack, apply.plan), (None, Some("dev.plan".into())));
    for line in ["stack apply", "stack apply --plan dev.plan --target user_pool"] {
        refused(line);
    }
    let shown = |line: &str| match parsed(line).verb {
        Verb::Show(show) => show.what,
        _ => panic!("nothing to show"),
    };
    assert_eq!(shown("stack show dev"), Shown::Stack("dev".to_owned()));
    assert_eq!(shown("stack show stacks/dev.yaml"), Shown::Stack("dev".to_owned()));
    for file in ["dev.plan", "./dev", "plans/dev"] {
        assert_eq!(shown(&format!("stack show {file}")), Shown::Plan(file.into()));
    }
}

#[test]
fn outputs_have_one_form() {
    let Verb::Output(output) = parsed("stack output dev user_pool_id --raw").verb else { panic!("not an output") };
    assert_eq!((output.name.as_deref(), output.raw), (Some("user_pool_id"), true));
    refused("stack output dev --raw");
    refused("stack output dev x --raw --json");
}

#[test]
fn dns_servers_and_faults_are_read() {
    for (text, server) in [
        ("1.1.1.1", "1.1.1.1:53"),
        ("127.0.0.1:5353", "127.0.0.1:5353"),
        ("::1", "[::1]:53"),
        ("[::1]", "[::1]:53"),
        ("[::1]:99", "[::1]:99"),
    ] {
        assert_eq!(dns_server(text).unwrap().to_string(), server);
    }
    assert!(dns_server("dns.example.com").is_err());
    fault("CreateUserPool=drop-after:1").unwrap();
    fault("ListUserPools=throttle:5").unwrap();
    for wrong in ["", "CreateUserPool", "CreateUserPool=explode", "=drop-after", "A=drop-after:x"] {
        assert!(fault(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_wrong_command_line_says_what_is_near() {
    let error = refused("stack aply dev --color never");
    assert!(error.use_stderr());
    assert_snapshot!(error.to_string(), @r"
    error: unrecognized subcommand 'aply'

      tip: a similar subcommand exists: 'apply'

    Usage: stack [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    assert!(!refused("stack --version").use_stderr());
}

#[test]
fn the_colour_of_help_is_known_before_the_rest() {
    let of = |line: &str| color_of(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
    assert_eq!(of("stack --color always plan"), ColorChoice::Always);
    assert_eq!(of("stack plan --color=never nonsense"), ColorChoice::Never);
    assert_eq!(of("stack plan -- --color never"), ColorChoice::Auto);
}

fn help(names: &[&str]) -> String {
    let mut command = command();
    command.build();
    for name in names {
        command = command.find_subcommand(name).unwrap().clone();
    }
    command.term_width(100).render_long_help().to_string()
}

#[test]
fn help_begins_at_the_beginning() {
    assert_snapshot!(help(&[]), @r"
    Infrastructure as code for Amazon Cognito.

    A stack is one file in stacks/: a user pool and everything round it. `plan` shows what differs
    between the file and AWS, `apply` makes AWS hold what the file asks for, and `destroy` takes it away
    again.

    Usage: stack [OPTIONS] <COMMAND>

    Commands:
      init         Write a first stack file; asks for what it needs, and overwrites nothing
      plan         Show what apply would change; changes nothing
      apply        Make AWS hold what the stack file asks for
      up           Plan, ask, apply, and show the outputs: the one command for every day
      destroy      Delete every object of a stack
      drift        Show what somebody else has changed in AWS since the stack was last applied; changes
                   nothing
      import       Adopt a pool that something else has made, or single objects; AWS stays as it is
      branding     Styles of the managed login pages
      preflight    Check everything outside the stack file that it needs; changes nothing
      whoami       Show as whom AWS would be called: account, identity, Region, and where the
                   credentials come from
      iam-policy   Print the least IAM policy that a stack needs, as JSON; asks AWS nothing
      validate     Check stack files without asking AWS; without names, all of them
      lint         Find what AWS takes and a login should not have; without names, in all stacks
      show         Show all that is remembered of a stack: its objects, their ids and what AWS decided;
                   or a plan that was kept
      output       Print what a program needs to use the stack: pool id, client ids, issuer, addresses
      secret       Give a client another secret, with a good one at every moment
      state        Look at the state, correct it by hand, or move it to S3 and back
      unlock       Take away the lock of a run that has died
      schema       Print the JSON Schema of stack files, which editors read
      sandbox      The AWS inside this process, for trying things out and for tests
      completions  Print the script that completes commands, flags, stacks and addresses in a shell
      man          Print the manual page, or write the pages of every command
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Options of every command:
      -C, --directory <DIR>
              Work in this directory, which holds stacks/, schemas/ and state/

          --color <WHEN>
              When to use colour; auto hears NO_COLOR and CLICOLOR_FORCE

              Possible values:
              - auto:   On a terminal that has colour; NO_COLOR and CLICOLOR_FORCE are heard
              - always: Always
              - never:  Never
              
              [default: auto]

      -v, --verbose...
              Log to stderr: once for calls to AWS, twice for the SDK's own log, three times for
              everything; secrets are left out

          --sandbox
              Use the AWS inside this process, kept under state/sandbox/, instead of an account
              
              [env: STACK_SANDBOX]

          --profile <NAME>
              The profile of your AWS configuration to use

          --region <REGION>
              The AWS Region, where the stack file names none

          --dns-server <ADDR[:PORT]>
              Ask this DNS server whatever is asked of public DNS, instead of the system's; the port is
              53 unless given

    Start here:
      stack init                 write a first stack file, from a few answers
      stack up dev --sandbox     make stacks/dev.yaml in the AWS inside this process
      stack plan dev             see what would change in your AWS account; changes nothing
      stack up dev               see it, say yes, and have it done

    Exit codes:
      0    done
      1    failed; also a wrong command line
      2    `stack plan --detailed-exitcode` found changes, or `stack drift` drift
      130  stopped with Ctrl-C; what was begun is recorded, and the next run goes on

    Environment:
      STACK_SANDBOX=1            as --sandbox
      STACK_LOG                  what to log, as a filter: `aws_smithy_runtime=debug`
      NO_COLOR, CLICOLOR_FORCE   no colour at all; colour although nobody is at a terminal
      COLUMNS                    how wide the page is where there is no terminal
      AWS_PROFILE, AWS_REGION, AWS_ACCESS_KEY_ID, …   as for every AWS tool
    ");
}

#[test]
fn help_of_a_command_has_examples() {
    let apply = help(&["apply"]);
    let (own, globals) = apply.split_once("Options of every command:").unwrap();
    assert_snapshot!(own, @r"
    Make AWS hold what the stack file asks for

    Usage: stack apply [OPTIONS] [STACK]

    Arguments:
      [STACK]
              The stack: dev for stacks/dev.yaml; a saved plan knows its own

    Options:
          --plan <FILE>
              Carry out this plan, which `stack plan --out` has kept, and ask nothing more; refused if
              anything that it rests on has changed since

          --target <ADDRESS>
              Only this resource and what it needs, as app_client.web or user_pool; may be given several
              times

          --exclude <ADDRESS>
              Everything but this resource, what needs it, and what it would go with; may be given
              several times

          --replace <ADDRESS>
              Make the object of this resource anew although nothing asks for it; may be given several
              times

          --allow-loss <KIND>
              Allow objects of this kind to be deleted or replaced although something is lost for good
              with them (user_pool: every user account); may be given several times

          --refresh <BOOL>
              Whether to read from AWS what it holds; with false, the state's word is taken, except
              where users would be lost
              
              [default: true]
              [possible values: true, false]

          --refresh-only
              Only take what AWS holds into the state, and change nothing in AWS

          --revert-undeclared
              Also put back what was changed outside this stack and is not declared in it, where AWS can

          --auto-approve
              Do not ask before anything is changed; --allow-loss is still needed where something would
              be lost

          --parallelism <N>
              How many steps at once
              
              [default: 10]

          --lock-timeout <DURATION>
              Wait this long for whoever is at work on the stack: 30s, 5m; without it, not at all

          --json
              Print what happens as JSON, one event per line, named as Terraform names its events; needs
              --auto-approve, or a saved plan, where there is something to change

      -h, --help
              Print help (see a summary with '-h')
    ");
    let (_, examples) = globals.split_once("Shows the plan").unwrap();
    assert_snapshot!(examples, @r"
     and asks, unless --auto-approve is given. May be stopped with Ctrl-C at any time: the
    call in flight ends, the state is saved, and the next run goes on from there.

    Examples:
      stack apply dev
      stack apply dev --target app_client.web
      stack apply prod --auto-approve --parallelism 4
      stack apply --plan prod.plan             exactly what was planned, or nothing
    ");
}

#[test]
fn shells_and_manuals_are_served() {
    for shell in Shell::value_variants() {
        let script = completions(*shell).unwrap();
        assert!(script.contains("COMPLETE") && script.contains("stack"), "{shell:?}: {script}");
    }
    assert!(man().unwrap().contains("Amazon Cognito"));
    let dir = tempfile::tempdir().unwrap();
    write_man(&dir.path().join("man")).unwrap();
    assert!(dir.path().join("man/stack-state-mv.1").exists());
}

#[test]
fn a_shell_is_offered_stacks_and_addresses() {
    let house = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = house.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("stacks/base.yaml", "tags: {}\n");
    write("stacks/dev.yaml", "extends: base.yaml # shared\nregion: \"eu-west-1\"\n");
    write("stacks/prod.yml", "user_pool:\n  region: no\n");
    write("stacks/notes.txt", "");
    write("state/dev.json", r#"{"resources": {"user_pool": {}, "app_client.web": {}}}"#);
    write("state/prod.json", r#"{"resources": {"domain.custom": {}}}"#);
    write("state/broken.json", "{");
    let stacks: Vec<_> = complete::stacks_in(house.path()).into_iter().collect();
    assert_eq!(stacks, [("dev".to_owned(), Some("eu-west-1".to_owned())), ("prod".to_owned(), None)]);
    let addresses = |words: &[&str]| {
        let words: BTreeSet<String> = words.iter().map(|word| (*word).to_owned()).collect();
        complete::addresses_in(house.path(), &words).into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(addresses(&["state", "show", "dev"]), "app_client.web user_pool");
    write("state/sandbox/dev.json", r#"{"resources": {"user_pool": {}}}"#);
    write("state/sandbox/.world.json", r#"{"cognito": {}}"#);
    assert_eq!(addresses(&["plan", "--sandbox", "dev"]), "user_pool");
    assert_eq!(addresses(&["plan"]), "app_client.web domain.custom user_pool");
    let directory = |line: &str| complete::directory(line.split(' ').map(OsString::from));
    for line in ["stack -- stack -C house plan", "stack --directory=house", "stack -Chouse"] {
        assert_eq!(directory(line), PathBuf::from("house"));
    }
    assert_eq!(directory("stack plan"), PathBuf::from("."));
}
