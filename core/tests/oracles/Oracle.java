import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.jaxb.XmlObjectModification;
import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSSecurityProvider;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonCertificateSource;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Asks the reference validator of the European Commission (DSS) about signed PDFs, in one JVM for the whole run:
 * a request per line of standard input, an answer per line of standard output, both JSON. Nothing here touches the
 * network: trust, CRLs and further certificates are what the request names.
 */
public final class Oracle {
    private static final Gson JSON = new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    /** One question. Only {@code pdf} is needed; {@code policy} is a DSS policy file, else DSS's own default holds. */
    private static final class Request {
        String pdf;
        List<String> trust = List.of();
        List<String> crls = List.of();
        List<String> certs = List.of();
        String at;
        String policy;
    }

    /** A signature as DSS sees it; names of enumerations as DSS writes them. */
    private record Signature(
            String field, String signatureFormat, String algorithm, String digest, String keySize, boolean intact,
            boolean valid, String indication, String subIndication, String signerSha256, String claimedTime,
            String name, String reason, String location, String contact, String scope, List<BigInteger> byteRange,
            List<String> undefinedChanges, List<String> errors, List<String> warnings) {}

    /** {@code error} says why a file could not be judged; it has no signatures then. */
    private record Answer(String pdf, List<Signature> signatures, String error) {}

    public static void main(String[] args) throws Exception {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        // Standard output is the protocol: whatever a library prints goes where a person may read it.
        System.setOut(System.err);
        for (String line; (line = in.readLine()) != null; ) {
            out.println(JSON.toJson(answer(line)));
        }
    }

    /** A file that cannot be judged is an answer too: the run goes on. */
    private static Answer answer(String line) {
        String pdf = null;
        try {
            var request = JSON.fromJson(line, Request.class);
            pdf = request.pdf;
            return new Answer(pdf, judge(request), null);
        } catch (Exception e) {
            e.printStackTrace();
            return new Answer(pdf, List.of(), e.toString());
        }
    }

    private static List<Signature> judge(Request request) throws Exception {
        var verifier = new CommonCertificateVerifier();
        var trusted = new CommonTrustedCertificateSource();
        for (var certificate : certificates(request.trust)) {
            trusted.addCertificate(certificate);
        }
        var adjunct = new CommonCertificateSource();
        for (var certificate : certificates(request.certs)) {
            adjunct.addCertificate(certificate);
        }
        verifier.setTrustedCertSources(trusted);
        verifier.setAdjunctCertSources(adjunct);
        // The default would fetch issuers from the addresses that certificates name.
        verifier.setAIASource(null);
        verifier.setOcspSource(null);
        if (!request.crls.isEmpty()) {
            verifier.setCrlSource(crls(request.crls));
        }

        var validator = SignedDocumentValidator.fromDocument(new FileDocument(request.pdf));
        validator.setCertificateVerifier(verifier);
        validator.setLocale(Locale.ENGLISH);
        validator.setDefaultDigestAlgorithm(DigestAlgorithm.SHA256);
        if (request.at != null) {
            validator.setValidationTime(Date.from(OffsetDateTime.parse(request.at).toInstant()));
        }
        var reports = request.policy == null
                ? validator.validateDocument()
                : validator.validateDocument(new File(request.policy));
        var signatures = new ArrayList<Signature>();
        for (var signature : reports.getDiagnosticData().getSignatures()) {
            signatures.add(describe(reports, signature));
        }
        return signatures;
    }

    private static Signature describe(Reports reports, SignatureWrapper signature) {
        SimpleReport simple = reports.getSimpleReport();
        String id = signature.getId();
        var signer = signature.getSigningCertificate();
        var time = signature.getClaimedSigningTime();
        return new Signature(
                signature.getFirstFieldName(),
                String.valueOf(simple.getSignatureFormat(id)),
                name(signature.getEncryptionAlgorithm()),
                name(signature.getDigestAlgorithm()),
                signature.getKeyLengthUsedToSignThisToken(),
                signature.isSignatureIntact(),
                signature.isSignatureValid(),
                name(simple.getIndication(id)),
                name(simple.getSubIndication(id)),
                signer == null ? null : HexFormat.of().formatHex(signer.getDigestAlgoAndValue().getDigestValue()),
                time == null ? null : time.toInstant().toString(),
                signature.getSignerName(),
                signature.getReason(),
                signature.getLocation(),
                signature.getContactInfo(),
                signature.getSignatureScopes().stream().map(s -> s.getScope().name()).findFirst().orElse(null),
                signature.getSignatureByteRange(),
                signature.getPdfUndefinedChanges().stream().map(XmlObjectModification::getValue).toList(),
                texts(simple.getAdESValidationErrors(id)),
                texts(simple.getAdESValidationWarnings(id)));
    }

    private static ExternalResourcesCRLSource crls(List<String> paths) throws Exception {
        var streams = new ArrayList<InputStream>();
        for (String path : paths) {
            streams.add(Files.newInputStream(Path.of(path)));
        }
        return new ExternalResourcesCRLSource(streams.toArray(InputStream[]::new));
    }

    /** Every certificate of each file, PEM (one or several) or DER. */
    private static List<CertificateToken> certificates(List<String> paths) throws Exception {
        var factory = CertificateFactory.getInstance("X.509", DSSSecurityProvider.getSecurityProvider());
        var found = new ArrayList<CertificateToken>();
        for (String path : paths) {
            try (var stream = Files.newInputStream(Path.of(path))) {
                for (Certificate certificate : factory.generateCertificates(stream)) {
                    found.add(new CertificateToken((X509Certificate) certificate));
                }
            }
        }
        return found;
    }

    private static List<String> texts(List<Message> messages) {
        return messages.stream().map(Message::getValue).toList();
    }

    private static String name(Enum<?> value) {
        return value == null ? null : value.name();
    }
}
